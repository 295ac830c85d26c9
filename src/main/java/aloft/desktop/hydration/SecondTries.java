package aloft.desktop.hydration;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * File managers that make a thumbnail by themselves when the program that they started for it was refused the file, as
 * Nemo does. Such a second try shows by the parent of the first, and comes at once. Safe for many threads.
 */
final class SecondTries {

    private static final long SPAN = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_KEPT = 1_000;

    private record Try(int process, String path) {}

    private final LongSupplier ticker;
    @GuardedBy("this")
    private final Map<Try, Long> expected = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Try, Long> eldest) {
            return size() > MOST_KEPT;
        }
    };

    /** @param ticker nanoseconds, monotonic */
    SecondTries(LongSupplier ticker) {
        this.ticker = ticker;
    }

    /** @param parent process that started the one that was refused the file */
    synchronized void expect(int parent, String path) {
        expected.put(new Try(parent, path), ticker.getAsLong());
    }

    /** Whether this open is one; the next of the same file is none. */
    synchronized boolean take(int process, String path) {
        Long since = expected.remove(new Try(process, path));
        return since != null && ticker.getAsLong() - since < SPAN;
    }
}
