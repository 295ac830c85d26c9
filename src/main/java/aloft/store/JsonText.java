package aloft.store;

import java.util.Locale;

/** Small objects of JSON in ASCII, so that they fit into a header. */
final class JsonText {

    private JsonText() {}

    /** Values as they are; names need no escapes. */
    record Raw(String json) {}

    /** @param members names and values by turns: texts, numbers, booleans, {@link Raw} */
    static Raw object(Object... members) {
        var out = new StringBuilder("{");
        for (int i = 0; i < members.length; i += 2) {
            out.append(i == 0 ? "" : ",").append(quoted(members[i].toString())).append(':');
            out.append(switch (members[i + 1]) {
                case Raw raw -> raw.json();
                case Number number -> number.toString();
                case Boolean yes -> yes.toString();
                case Object text -> quoted(text.toString());
            });
        }
        return new Raw(out.append('}').toString());
    }

    private static String quoted(String text) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
