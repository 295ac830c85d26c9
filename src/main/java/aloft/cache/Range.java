package aloft.cache;

/**
 * The bytes {@code from} to {@code to} of an object, {@code to} not among them; never empty.
 */
public record Range(int from, int to) {

    public Range {
        if (from < 0 || from >= to) {
            throw new IllegalArgumentException("not a range");
        }
    }

    public int length() {
        return to - from;
    }
}
