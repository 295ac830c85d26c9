package aloft.store;

/** The form of a key, see {@link Store}. */
final class Keys {

    private static final int MAX_LENGTH = 200;

    private Keys() {}

    /** @throws IllegalArgumentException when it is not a key */
    static String check(String key) {
        if (!isKey(key)) {
            throw new IllegalArgumentException("not a key: " + key);
        }
        return key;
    }

    /** @throws IllegalArgumentException when it is neither empty nor a key followed by '/' */
    static String checkPrefix(String prefix) {
        if (!prefix.isEmpty() && !(prefix.endsWith("/") && isKey(prefix.substring(0, prefix.length() - 1)))) {
            throw new IllegalArgumentException("not a prefix: " + prefix);
        }
        return prefix;
    }

    static boolean isKey(String key) {
        if (key.isEmpty() || key.length() > MAX_LENGTH) {
            return false;
        }
        int from = 0;
        for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', from)) {
            if (!isSegment(key.substring(from, slash))) {
                return false;
            }
            from = slash + 1;
        }
        return isSegment(key.substring(from));
    }

    static boolean isSegment(String segment) {
        return !segment.isEmpty() && segment.charAt(0) != '.' && segment.chars().allMatch(Keys::isKeyChar);
    }

    private static boolean isKeyChar(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || c == '.' || c == '-' || c == '_';
    }
}
