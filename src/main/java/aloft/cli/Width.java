package aloft.cli;

/** How many columns text takes on a terminal. */
final class Width {

    private static final String ELLIPSIS = "…";

    private Width() {}

    static int of(String text) {
        return text.codePoints().map(Width::of).sum();
    }

    /** The text, with its middle left out when it is wider than the columns; control characters as '?'. */
    static String fit(String text, int columns) {
        String plain = text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        if (of(plain) <= columns) {
            return plain;
        }
        int head = (columns - 1) / 2;
        return start(plain, head) + ELLIPSIS + end(plain, columns - 1 - head);
    }

    /** The text with spaces behind it up to the columns. */
    static String left(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - of(text)));
    }

    /** The text with spaces before it up to the columns. */
    static String right(String text, int columns) {
        return " ".repeat(Math.max(0, columns - of(text))) + text;
    }

    private static String start(String text, int columns) {
        int end = 0;
        int width = 0;
        while (end < text.length() && width + of(text.codePointAt(end)) <= columns) {
            width += of(text.codePointAt(end));
            end += Character.charCount(text.codePointAt(end));
        }
        return text.substring(0, end);
    }

    private static String end(String text, int columns) {
        int start = text.length();
        int width = 0;
        while (start > 0 && width + of(text.codePointBefore(start)) <= columns) {
            width += of(text.codePointBefore(start));
            start -= Character.charCount(text.codePointBefore(start));
        }
        return text.substring(start);
    }

    private static int of(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = c >= 0x1100 && c <= 0x115F || c >= 0x2E80 && c <= 0xA4CF || c >= 0xAC00 && c <= 0xD7A3
                || c >= 0xF900 && c <= 0xFAFF || c >= 0xFE30 && c <= 0xFE6F || c >= 0xFF00 && c <= 0xFF60
                || c >= 0xFFE0 && c <= 0xFFE6 || c >= 0x1F300 && c <= 0x1FAFF || c >= 0x20000 && c <= 0x3FFFD;
        return wide ? 2 : 1;
    }
}
