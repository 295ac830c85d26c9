package aloft.sync;

import aloft.failure.Failure;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When the engine works: changes go up after a quiet moment, commits of others come in as soon as the store
 * tells or is asked. Nothing runs while nothing happens but one waiting request or a slow poll. Safe for many
 * threads.
 */
public final class SyncLoops implements Closeable {

    private static final System.Logger LOG = System.getLogger(SyncLoops.class.getName());
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final long MUCH = 64L << 20;
    private static final Duration CHECK = Duration.ofMillis(500);
    private static final Duration AWAIT = Duration.ofSeconds(50);
    private static final Duration POLL_BUSY = Duration.ofSeconds(2);
    private static final Duration POLL_IDLE = Duration.ofSeconds(60);
    private static final Duration BACK_OFF = Duration.ofSeconds(1);
    private static final Duration BACK_OFF_MOST = Duration.ofSeconds(60);

    private final SyncEngine engine;
    private final LocalChanges local;
    private final LongSupplier ticker;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();
    private final Thread pusher;
    private final Thread poller;
    @GuardedBy("lock")
    private long firstChange;
    @GuardedBy("lock")
    private long lastChange;
    @GuardedBy("lock")
    private boolean dirty;
    @GuardedBy("lock")
    private int waiters;
    @GuardedBy("lock")
    private boolean poked;
    @GuardedBy("lock")
    private boolean stopped;
    @GuardedBy("lock")
    private int version;
    private volatile @Nullable IOException lastFailure;

    /** @param ticker nanoseconds, monotonic */
    public SyncLoops(SyncEngine engine, LocalChanges local, LongSupplier ticker, RandomGenerator random) {
        this.engine = engine;
        this.local = local;
        this.ticker = ticker;
        this.random = random;
        this.pusher = Thread.ofPlatform().daemon().name("push").unstarted(this::pushLoop);
        this.poller = Thread.ofPlatform().daemon().name("poll").unstarted(this::pollLoop);
    }

    public void start() {
        if (local.pending()) {
            changed();
        }
        pusher.start();
        poller.start();
    }

    /** Something changed here. Cheap. */
    public void changed() {
        lock.lock();
        try {
            long now = ticker.getAsLong();
            lastChange = now;
            if (!dirty) {
                dirty = true;
                firstChange = now;
                wake.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The network may be another one: try at once what waits for its next try. */
    public void poke() {
        lock.lock();
        try {
            poked = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** While one waits, changes go up without waiting for quiet. */
    public void hurry(boolean on) {
        lock.lock();
        try {
            waiters += on ? 1 : -1;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What stands in the way of the last try; null when nothing does. */
    public @Nullable IOException lastFailure() {
        return lastFailure;
    }

    /** Waits until a round has ended since {@code seen}, or for the time; returns what to pass next. */
    public int awaitRound(int seen, Duration time) throws InterruptedException {
        lock.lock();
        try {
            long left = time.toNanos();
            while (version == seen && left > 0 && !stopped) {
                left = wake.awaitNanos(left);
            }
            return version;
        } finally {
            lock.unlock();
        }
    }

    private void pushLoop() {
        Duration pause = BACK_OFF;
        while (awaitDue()) {
            boolean all = isHurried();
            long before = engine.uploadedBytes();
            try {
                engine.push(all);
                lastFailure = null;
                pause = BACK_OFF;
                ended(local.pending(), Duration.ZERO);
            } catch (InterruptedIOException e) {
                return;
            } catch (IOException | RuntimeException e) {
                failed(e);
                // what got something through meets a cloud that comes back
                pause = engine.uploadedBytes() > before
                        ? BACK_OFF
                        : min(pause.multipliedBy(2), BACK_OFF_MOST);
                ended(true, jitter(pause));
            }
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private Duration jitter(Duration most) {
        return most.dividedBy(2).plusNanos(random.nextLong(most.toNanos() / 2 + 1));
    }

    private void failed(Exception e) {
        lastFailure = e instanceof IOException io ? io : new IOException(e);
        LOG.log(Level.WARNING, "Changes wait on this device: " + e.getMessage(),
                e instanceof Failure ? null : e);
    }

    /** Notes the end of a round and waits out a pause, unless poked. */
    private void ended(boolean pending, Duration pause) {
        lock.lock();
        try {
            version++;
            wake.signalAll();
            dirty = pending;
            firstChange = ticker.getAsLong();
            long left = pause.toNanos();
            poked = false;
            while (left > 0 && !stopped && !poked) {
                left = wake.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            stopped = true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isHurried() {
        lock.lock();
        try {
            return waiters > 0;
        } finally {
            lock.unlock();
        }
    }

    /** @return false when it is time to stop */
    private boolean awaitDue() {
        try {
            while (!isStopped()) {
                boolean much = local.pendingBytes() > MUCH;
                if (isDue(much)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "stopped");
        }
        return false;
    }

    /** Waits for a while when it is not; never calls the tree, whose locks come before this one. */
    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private boolean isDue(boolean much) throws InterruptedException {
        lock.lock();
        try {
            if (stopped) {
                return false;
            }
            if (!dirty) {
                wake.await();
                return false;
            }
            long now = ticker.getAsLong();
            long due = Math.min(lastChange + QUIET.toNanos(), firstChange + LONGEST.toNanos());
            if (waiters > 0 || now >= due || much) {
                return true;
            }
            wake.awaitNanos(Math.min(due - now, CHECK.toNanos()));
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void pollLoop() {
        Duration pause = POLL_BUSY;
        while (!isStopped()) {
            try {
                long before = engine.head();
                boolean wasAway = !engine.isOnline();
                engine.askSpace();
                goOn(wasAway);
                engine.awaitNext(AWAIT);
                goOn(wasAway);
                boolean moved = engine.head() != before;
                pause = moved ? POLL_BUSY : min(pause.multipliedBy(2), POLL_IDLE);
                if (!engine.canAwait()) {
                    rest(pause);
                }
            } catch (InterruptedIOException e) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.DEBUG, "The store cannot be asked for news: {0}", e.getMessage());
                pause = min(pause.multipliedBy(2), POLL_IDLE);
                rest(jitter(pause));
            }
        }
    }

    /** What waits to go up need not wait any longer when the cloud is back. */
    private void goOn(boolean wasAway) {
        if (wasAway && engine.isOnline()) {
            poke();
        }
    }

    private boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    private void rest(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            int seen = version;
            while (left > 0 && !stopped && !poked && seen == version) {
                left = wake.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            stopped = true;
        } finally {
            lock.unlock();
        }
    }

    /** Stops where it stands; what is not up stays in the journal. */
    @Override
    public void close() {
        lock.lock();
        try {
            stopped = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
        pusher.interrupt();
        poller.interrupt();
        try {
            pusher.join(TimeUnit.SECONDS.toMillis(5));
            poller.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
