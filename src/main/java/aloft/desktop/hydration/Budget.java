package aloft.desktop.hydration;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much each of several takers has taken lately: full at first, and full again {@code span} after it was empty.
 * Not thread safe.
 */
final class Budget {

    private static final int MOST_TAKERS = 1_000;

    private final long capacity;
    private final long spanNanos;
    private final Map<String, Left> takers = new LinkedHashMap<>(16, 0.75f, true);

    private record Left(long amount, long nanos) {}

    /** @param spanNanos above 0 */
    Budget(long capacity, long spanNanos) {
        this.capacity = capacity;
        this.spanNanos = spanNanos;
    }

    /**
     * Takes the amount, or nothing when less is left.
     *
     * @param now nanoseconds, monotonic
     */
    boolean take(String taker, long amount, long now) {
        Left before = takers.getOrDefault(taker, new Left(capacity, now));
        long back = (long) ((double) capacity * (now - before.nanos()) / spanNanos);
        long left = Math.min(capacity, before.amount() + back);
        boolean enough = amount <= left;
        takers.put(taker, new Left(enough ? left - amount : left, now));
        if (takers.size() > MOST_TAKERS) {
            takers.remove(takers.keySet().iterator().next());
        }
        return enough;
    }
}
