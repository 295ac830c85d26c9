package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * How long and how often a call is tried again: after a random time between nothing and a bound that
 * doubles with each try (so that many clients do not come back together), after what the store asked
 * for, and not at all when that would end past {@code total}.
 *
 * @param first bound of the first pause
 * @param longest bound of any pause
 * @param total from the first try, or the last progress, to the last try
 */
record Patience(Duration first, Duration longest, Duration total, LongSupplier nanoTime,
        RandomGenerator random, Pause pause) {

    /** Waits for the time, or until the latch falls. */
    @FunctionalInterface
    interface Pause {
        /** @return true when the latch fell */
        boolean pause(CountDownLatch closed, Duration time) throws InterruptedException;
    }

    static Patience usual(RandomGenerator random) {
        return new Patience(Duration.ofMillis(250), Duration.ofSeconds(8), Duration.ofSeconds(30),
                System::nanoTime, random,
                (closed, time) -> closed.await(time.toNanos(), TimeUnit.NANOSECONDS));
    }

    Patience between(Duration first, Duration longest, Duration total) {
        return new Patience(first, longest, total, nanoTime, random, pause);
    }

    long now() {
        return nanoTime.getAsLong();
    }

    /** The time to wait before the next try, empty when it is not worth one. */
    Optional<Duration> beforeNext(int tries, long since, Failure failure) {
        Duration asked = failure instanceof Failure.Busy busy ? busy.retryAfter() : Duration.ZERO;
        Duration wait = asked.plus(jitter(tries));
        Duration passed = Duration.ofNanos(now() - since);
        return passed.plus(wait).compareTo(total) > 0 ? Optional.empty() : Optional.of(wait);
    }

    /** Waits before the next try; throws what came of the last one when another is not worth it, or the latch fell. */
    <F extends Failure> void pause(int tries, long since, F failure, CountDownLatch closed)
            throws F, InterruptedIOException {
        Optional<Duration> wait = beforeNext(tries, since, failure);
        if (wait.isEmpty() || hasFallen(closed, wait.get())) {
            throw failure;
        }
    }

    /** Waits for the time, or until the latch falls; returns whether it did. */
    boolean hasFallen(CountDownLatch closed, Duration time) throws InterruptedIOException {
        try {
            return pause.pause(closed, time);
        } catch (InterruptedException e) {
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    private Duration jitter(int tries) {
        long bound = Math.min(longest.toNanos(), first.toNanos() << Math.min(tries - 1, 20));
        return Duration.ofNanos(random.nextLong(bound + 1));
    }
}
