package aloft.server;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Requests that wait for an object to appear ({@code Prefer: wait}, RFC 7240). A put through this server
 * wakes them at once; what another process puts into the same folder is found within {@link #LOOK_AGAIN}.
 * Thread safe.
 */
final class Waiters implements Closeable {

    /** More than this many at a time are not kept waiting. */
    private static final int MAX = 1024;
    private static final long LOOK_AGAIN = Duration.ofSeconds(1).toNanos();

    private final ConcurrentHashMap<DavPath, Gate> gates = new ConcurrentHashMap<>();
    private final Semaphore places = new Semaphore(MAX);
    private final LongSupplier nanoTime;
    private volatile boolean closed;

    Waiters(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @FunctionalInterface
    interface Check {
        boolean isThere() throws IOException;
    }

    /** Blocks until the check holds, the time is over, or this is closed; true when it holds. */
    boolean await(DavPath path, Duration time, Check check) throws IOException, InterruptedException {
        if (!places.tryAcquire()) {
            return check.isThere();
        }
        try {
            long end = nanoTime.getAsLong() + time.toNanos();
            while (true) {
                Gate gate = enter(path);
                try {
                    if (check.isThere()) {
                        return true;
                    }
                    long left = end - nanoTime.getAsLong();
                    if (left <= 0 || closed) {
                        return false;
                    }
                    gate.await(Math.min(left, LOOK_AGAIN));
                } finally {
                    leave(path, gate);
                }
            }
        } finally {
            places.release();
        }
    }

    /** Tells that there is an object at the path now. */
    void appeared(DavPath path) {
        Gate gate = gates.get(path);
        if (gate != null) {
            gate.open();
        }
    }

    /** Tells that there may be objects anywhere below the folder now. */
    void appearedWithin(DavPath folder) {
        gates.forEach((path, gate) -> {
            if (path.isWithin(folder)) {
                gate.open();
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        gates.values().forEach(Gate::open);
    }

    private Gate enter(DavPath path) {
        return gates.compute(path, (p, gate) -> gate == null || gate.isOpen() ? new Gate() : gate.joined());
    }

    private void leave(DavPath path, Gate gate) {
        gates.computeIfPresent(path, (p, current) -> current == gate && gate.left() ? null : current);
    }

    /** Those who wait for one path. The count is guarded by the map's own lock of the entry. */
    private static final class Gate {
        private final CompletableFuture<Boolean> opened = new CompletableFuture<>();
        private int inside = 1;

        Gate joined() {
            inside++;
            return this;
        }

        boolean left() {
            inside--;
            return inside == 0;
        }

        void open() {
            opened.complete(true);
        }

        boolean isOpen() {
            return opened.isDone();
        }

        void await(long nanos) throws InterruptedException {
            try {
                opened.get(nanos, TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException e) {
                // looks again
            }
        }
    }
}
