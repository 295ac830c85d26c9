package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Tries again what failed for the moment, where the contract of {@link Store} allows to send it twice.
 * A claim or a replacement is only sent again when the store said that it did nothing. A read that broke
 * goes on where it broke. While the host cannot be connected to, calls fail at once.
 */
final class RetryingStore implements Store {

    /** A refused connection may be a server that restarts; one that took this long is no network. */
    private static final Duration QUICK = Duration.ofSeconds(1);

    private final Store inner;
    private final Circuit circuit;
    private final Patience patience;
    private final CountDownLatch closed = new CountDownLatch(1);

    RetryingStore(Store inner, Circuit circuit, Patience patience) {
        this.inner = inner;
        this.circuit = circuit;
        this.patience = patience;
    }

    @Override
    public void put(String key, byte[] body) throws Failure, InterruptedIOException {
        retrying(() -> {
            inner.put(key, body);
            return true;
        });
    }

    @Override
    public boolean putIfAbsent(String key, byte[] body) throws Failure, InterruptedIOException {
        return new Call(false).run(() -> inner.putIfAbsent(key, body));
    }

    @Override
    public boolean replace(String key, byte[] body, String version) throws Failure, InterruptedIOException {
        return new Call(false).run(() -> inner.replace(key, body, version));
    }

    @Override
    public Read get(String key, int limit) throws Failure, InterruptedIOException {
        return retrying(() -> inner.get(key, limit));
    }

    @Override
    public void read(String key, long offset, int length, Sink sink)
            throws Failure, InterruptedIOException {
        var call = new Call(true);
        var rest = new Object() {
            int done;
        };
        call.run(() -> {
            inner.read(key, offset + rest.done, length - rest.done, (bytes, from, count) -> {
                rest.done += count;
                call.progress();
                sink.accept(bytes, from, count);
            });
            return true;
        });
    }

    @Override
    public Optional<byte[]> await(String key, int limit, Duration time)
            throws Failure, InterruptedIOException {
        long start = patience.now();
        return retrying(() -> {
            Duration left = time.minusNanos(patience.now() - start);
            return inner.await(key, limit, left.isNegative() ? Duration.ZERO : left);
        });
    }

    @Override
    public boolean canAwait() {
        return inner.canAwait();
    }

    @Override
    public void list(String prefix, Listing to) throws Failure, InterruptedIOException {
        retrying(() -> {
            inner.list(prefix, to);
            return true;
        });
    }

    @Override
    public void delete(String key) throws Failure, InterruptedIOException {
        retrying(() -> {
            inner.delete(key);
            return true;
        });
    }

    @Override
    public Space space() throws Failure, InterruptedIOException {
        return retrying(inner::space);
    }

    @Override
    public Promise promise() throws Failure, InterruptedIOException {
        return retrying(inner::promise);
    }

    @Override
    public String toString() {
        return inner.toString();
    }

    @Override
    public void close() {
        closed.countDown();
        inner.close();
    }

    private <T> T retrying(Try<T> what) throws Failure, InterruptedIOException {
        return new Call(true).run(what);
    }

    @FunctionalInterface
    private interface Try<T> {
        T run() throws Failure, InterruptedIOException;
    }

    /** One call of a user with all its tries. */
    private final class Call {

        private final boolean repeatable;
        private int tries;
        private long since = patience.now();

        /** @param repeatable whether it may be sent again when it is not known if it was done */
        Call(boolean repeatable) {
            this.repeatable = repeatable;
        }

        /** The store gives something: as patient as at the beginning. */
        void progress() {
            tries = 0;
            since = patience.now();
        }

        <T> T run(Try<T> what) throws Failure, InterruptedIOException {
            if (!circuit.mayTry()) {
                throw new Failure.Unreachable(inner + " could not be reached a moment ago.", null);
            }
            boolean known = false;
            try {
                while (true) {
                    long start = patience.now();
                    try {
                        T result = what.run();
                        circuit.connected();
                        known = true;
                        return result;
                    } catch (Failure failure) {
                        boolean connected = !(failure.getCause() instanceof NotConnected);
                        if (connected) {
                            circuit.connected();
                            known = true;
                        }
                        pauseOrThrow(failure, connected, Duration.ofNanos(patience.now() - start));
                    }
                }
            } finally {
                if (!known) {
                    circuit.neverKnown();
                }
            }
        }

        private void pauseOrThrow(Failure failure, boolean connected, Duration took)
                throws Failure, InterruptedIOException {
            tries++;
            boolean again = connected
                    ? failure.mayRetry() && (repeatable || failure instanceof Failure.Busy)
                    : repeatable && tries == 1 && took.compareTo(QUICK) < 0;
            Optional<Duration> wait = again ? patience.beforeNext(tries, since, failure) : Optional.empty();
            if (wait.isEmpty()) {
                if (!connected) {
                    circuit.notConnected();
                }
                throw failure;
            }
            if (patience.hasFallen(closed, wait.get())) {
                throw failure;
            }
        }
    }
}
