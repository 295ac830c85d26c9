package aloft.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A search at Google Drive: conditions with "and", "or" and parentheses. */
final class FakeGoogleQuery {

    private static final Pattern TOKEN = Pattern
            .compile("\\s*('(?:[^'\\\\]|\\\\.)*'|[a-zA-Z]+|!=|[=(){}])");

    private final List<String> tokens = new ArrayList<>();
    private int at;

    FakeGoogleQuery(String text) {
        Matcher token = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length() && token.find(end) && token.start() == end) {
            tokens.add(token.group(1));
            end = token.end();
        }
        if (!text.substring(end).isBlank()) {
            throw new IllegalArgumentException("no query: " + text);
        }
    }

    List<String> parents() {
        var parents = new ArrayList<String>();
        for (int i = 0; i + 2 < tokens.size(); i++) {
            if (tokens.get(i + 1).equals("in") && tokens.get(i + 2).equals("parents")) {
                parents.add(unquoted(tokens.get(i)));
            }
        }
        return parents;
    }

    boolean takes(String name, String parent, String type, boolean isTrashed,
            Map<String, String> properties) {
        at = 0;
        return tokens.isEmpty() || either(Map.of("name", name, "parent", parent, "mimeType", type, "trashed",
                isTrashed + ""), properties);
    }

    private boolean either(Map<String, String> file, Map<String, String> properties) {
        boolean result = all(file, properties);
        while (at < tokens.size() && tokens.get(at).equals("or")) {
            at++;
            result |= all(file, properties);
        }
        return result;
    }

    private boolean all(Map<String, String> file, Map<String, String> properties) {
        boolean result = one(file, properties);
        while (at < tokens.size() && tokens.get(at).equals("and")) {
            at++;
            result &= one(file, properties);
        }
        return result;
    }

    private boolean one(Map<String, String> file, Map<String, String> properties) {
        String first = tokens.get(at++);
        if (first.equals("(") || first.equals("{")) {
            boolean result = either(file, properties);
            at++;
            return result;
        }
        String operator = tokens.get(at++);
        if (operator.equals("has")) {
            var wanted = List.copyOf(tokens.subList(at, at + 9));
            at += 9;
            return unquoted(wanted.get(7)).equals(properties.get(unquoted(wanted.get(3))));
        }
        String value = tokens.get(at++);
        return switch (operator) {
            case "in" -> same(unquoted(first), file.getOrDefault("parent", ""));
            case "=" -> unquoted(value).equalsIgnoreCase(file.get(first));
            case "!=" -> !unquoted(value).equalsIgnoreCase(file.get(first));
            case "contains" -> file.getOrDefault(first, "").contains(unquoted(value));
            default -> throw new IllegalArgumentException("no operator: " + operator);
        };
    }

    private static boolean same(String wanted, String parent) {
        return (wanted.equals("root") ? "theRoot" : wanted).equals(parent);
    }

    private static String unquoted(String token) {
        return token.startsWith("'")
                ? token.substring(1, token.length() - 1).replaceAll("\\\\(.)", "$1")
                : token;
    }
}
