package aloft.cli.home;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The format of our small files: {@code [name]} begins a section, {@code key = value} is a line of it, '#'
 * begins a comment line; in values {@code \n} and {@code \\} stand for a line's end and a backslash.
 */
final class Sections {

    private Sections() {}

    /** @throws IllegalArgumentException with the number of the line that is neither of these */
    static Map<String, Map<String, String>> parse(String text) {
        var sections = new LinkedHashMap<String, Map<String, String>>();
        Map<String, String> current = new LinkedHashMap<>();
        int number = 0;
        for (String untrimmed : text.split("\n", -1)) {
            String line = untrimmed.strip();
            number++;
            int equals = line.indexOf('=');
            boolean silent = line.isEmpty() || line.startsWith("#");
            if (line.startsWith("[") && line.endsWith("]")) {
                current = new LinkedHashMap<>();
                sections.put(line.substring(1, line.length() - 1).strip(), current);
            } else if (equals > 0 && !silent && !sections.isEmpty()) {
                current.put(line.substring(0, equals).strip(), unescape(line.substring(equals + 1).strip()));
            } else if (!silent) {
                throw new IllegalArgumentException("line " + number + " is not understood");
            }
        }
        return sections;
    }

    static String format(String comment, Map<String, Map<String, String>> sections) {
        var text = new StringBuilder("# ").append(comment).append('\n');
        sections.forEach((name, values) -> {
            text.append("\n[").append(name).append("]\n");
            values.forEach((key, value) -> text.append(key).append(" = ").append(escape(value)).append('\n'));
        });
        return text.toString();
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String unescape(String value) {
        var plain = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length()) {
                i++;
                plain.append(value.charAt(i) == 'n' ? '\n' : value.charAt(i));
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
