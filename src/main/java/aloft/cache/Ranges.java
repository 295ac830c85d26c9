package aloft.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A set of bytes of one object, as the fewest ranges that hold them. Immutable. */
public final class Ranges {

    public static final Ranges NONE = new Ranges(new int[0]);

    /** from, to, from, to … strictly increasing. */
    private final int[] bounds;

    private Ranges(int[] bounds) {
        this.bounds = bounds;
    }

    public static Ranges of(int from, int to) {
        return NONE.plus(from, to);
    }

    /** This and the bytes {@code from} to {@code to}; nothing is added when {@code from == to}. */
    public Ranges plus(int from, int to) {
        check(from, to);
        return from == to || contains(from, to) ? this : replaced(from, to, true);
    }

    /** This without the bytes {@code from} to {@code to}. */
    public Ranges minus(int from, int to) {
        check(from, to);
        return overlap(from, to) == 0 ? this : replaced(from, to, false);
    }

    /** The same outside of {@code from} to {@code to}, and there all or none. Touching ranges become one. */
    private Ranges replaced(int from, int to, boolean all) {
        int before = countBelow(from);
        int after = countBelow(to + 1);
        int[] result = new int[before + 2 + bounds.length - after];
        System.arraycopy(bounds, 0, result, 0, before);
        int n = before;
        if (isOutside(before) == all) {
            result[n++] = from;
        }
        if (isOutside(after) == all) {
            result[n++] = to;
        }
        System.arraycopy(bounds, after, result, n, bounds.length - after);
        return new Ranges(Arrays.copyOf(result, n + bounds.length - after));
    }

    /** Whether what follows this many bounds is outside of every range. */
    private static boolean isOutside(int boundsBefore) {
        return (boundsBefore & 1) == 0;
    }

    private int countBelow(int at) {
        int found = Arrays.binarySearch(bounds, at);
        return found >= 0 ? found : -found - 1;
    }

    public boolean contains(int from, int to) {
        check(from, to);
        int next = firstEndAfter(from);
        return from == to || next < bounds.length && bounds[next - 1] <= from && bounds[next] >= to;
    }

    /** How many of the bytes {@code from} to {@code to} are in the set. */
    public int overlap(int from, int to) {
        check(from, to);
        int sum = 0;
        for (int end = firstEndAfter(from); end < bounds.length && bounds[end - 1] < to; end += 2) {
            sum += Math.min(to, bounds[end]) - Math.max(from, bounds[end - 1]);
        }
        return sum;
    }

    /** The bytes {@code from} to {@code to} that are not in the set, in order. */
    public List<Range> missing(int from, int to) {
        check(from, to);
        List<Range> missing = new ArrayList<>();
        int at = from;
        for (int end = firstEndAfter(from); end < bounds.length && bounds[end - 1] < to; end += 2) {
            if (bounds[end - 1] > at) {
                missing.add(new Range(at, bounds[end - 1]));
            }
            at = bounds[end];
        }
        if (at < to) {
            missing.add(new Range(at, to));
        }
        return missing;
    }

    public List<Range> all() {
        List<Range> all = new ArrayList<>(bounds.length / 2);
        for (int i = 0; i < bounds.length; i += 2) {
            all.add(new Range(bounds[i], bounds[i + 1]));
        }
        return all;
    }

    /** Bytes in the set. */
    public int bytes() {
        int sum = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            sum += bounds[i + 1] - bounds[i];
        }
        return sum;
    }

    public boolean isEmpty() {
        return bounds.length == 0;
    }

    /** Index of the end of the first range that goes beyond {@code from}; past the array when none does. */
    private int firstEndAfter(int from) {
        int found = Arrays.binarySearch(bounds, from);
        int next = found >= 0 ? found + 1 : -found - 1;
        return next | 1;
    }

    private static void check(int from, int to) {
        if (from < 0 || from > to || to == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("not a range");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ranges ranges && Arrays.equals(bounds, ranges.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        return Arrays.toString(bounds);
    }
}
