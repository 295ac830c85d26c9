package aloft.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * Remembers that a host could not be connected to, so that the next calls fail at once instead of after
 * a time-out each. Open for one second at first, and twice as long after each try that fails, to thirty
 * seconds; then one call at a time may try. One circuit for each host. Thread safe.
 */
public final class Circuit {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final LongSupplier nanoTime;
    private final List<Runnable> resets = new CopyOnWriteArrayList<>();

    @GuardedBy("this")
    private State state = State.CLOSED;
    @GuardedBy("this")
    private Duration openFor = SHORTEST;
    @GuardedBy("this")
    private long openSince;

    /** @param nanoTime like {@link System#nanoTime} */
    public Circuit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The network changed: the next call tries at once, on a new connection. */
    public void reset() {
        synchronized (this) {
            state = State.CLOSED;
        }
        resets.forEach(Runnable::run);
    }

    void whenReset(Runnable run) {
        resets.add(run);
    }

    /** Whether a call may go to the host. Who got true tells how it went. */
    synchronized boolean mayTry() {
        return switch (state) {
            case CLOSED -> true;
            case TRYING -> false;
            case OPEN -> {
                if (nanoTime.getAsLong() - openSince < openFor.toNanos()) {
                    yield false;
                }
                state = State.TRYING;
                yield true;
            }
        };
    }

    synchronized void connected() {
        state = State.CLOSED;
    }

    synchronized void notConnected() {
        switch (state) {
            case OPEN -> {
                return;
            }
            case CLOSED -> openFor = SHORTEST;
            case TRYING -> {
                Duration longer = openFor.multipliedBy(2);
                openFor = longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
            }
        }
        state = State.OPEN;
        openSince = nanoTime.getAsLong();
    }

    /** The call ended without showing whether the host is there: the next one may try. */
    synchronized void neverKnown() {
        if (state == State.TRYING) {
            state = State.OPEN;
        }
    }

    private enum State {
        CLOSED,
        OPEN,
        TRYING
    }
}
