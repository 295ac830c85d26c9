package aloft.desktop.hydration;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Decides what a program gets that opens a file of which something is not on this device. Knows no process and no
 * file: it decides by what it is told. Safe for many threads.
 */
final class Policy {

    /** An opened file counts its size, at most this: what a look into it costs. */
    private static final long MOST_COUNTED = 640 << 10;
    /** About a hundred files, or a thousand small ones. */
    private static final long BUDGET = 64L << 20;
    private static final long HEADS = 1_000;
    private static final long SPAN = TimeUnit.MINUTES.toNanos(10);

    private final Supplier<Rules> own;
    private final Rules usual;
    private final LongSupplier ticker;
    @GuardedBy("this")
    private final Budget opens = new Budget(BUDGET, SPAN);
    @GuardedBy("this")
    private final Budget heads = new Budget(HEADS, SPAN);

    /**
     * @param own    the user's, which come before the usual ones
     * @param ticker nanoseconds, monotonic
     */
    Policy(Supplier<Rules> own, Rules usual, LongSupplier ticker) {
        this.own = own;
        this.usual = usual;
        this.ticker = ticker;
    }

    /** @param size of the file that it opens, in bytes */
    Answer decide(Caller caller, long size) {
        Treatment treatment = own.get().find(caller).or(() -> usual.find(caller)).orElse(Treatment.WATCH);
        return switch (treatment) {
            case ALLOW -> Answer.FETCH;
            case BROWSE -> Answer.FETCH_GENTLY;
            case CACHED_ONLY -> Answer.REFUSE;
            case ASK -> Answer.ASK;
            case WATCH -> caller.terminal() || takes(caller, size) ? Answer.FETCH : Answer.ASK;
        };
    }

    private synchronized boolean takes(Caller caller, long size) {
        return opens.take(caller.budgetKey(), Math.min(size, MOST_COUNTED), ticker.getAsLong());
    }

    /** Whether one more beginning of a file may be fetched for a file manager that wants to know its type. */
    synchronized boolean mayFetchHead() {
        return heads.take("", 1, ticker.getAsLong());
    }
}
