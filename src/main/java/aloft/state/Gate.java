package aloft.state;

import aloft.failure.Failure;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Lets all pass, or one thread alone for a time. Safe for many threads. */
final class Gate {

    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    @GuardedBy("lock")
    private @Nullable Thread holder;
    @GuardedBy("lock")
    private @Nullable Failure broken;
    private volatile boolean open = true;

    /** @param patience how long one waits for another's turn to end */
    Gate(Duration patience) {
        this.patience = patience;
    }

    void reserveFor(Thread thread) {
        lock.lock();
        try {
            holder = thread;
            open = false;
        } finally {
            lock.unlock();
        }
    }

    void release(@Nullable Failure why) {
        lock.lock();
        try {
            holder = null;
            broken = why;
            open = why == null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isOpen() {
        return open;
    }

    /**
     * @throws Failure.Busy        when it is not the thread's turn in time: the cloud may well be there
     * @throws Failure.Unreachable when the thread is interrupted
     * @throws Failure             what the gate was released with
     */
    void pass() throws Failure {
        if (open) {
            return;
        }
        lock.lock();
        try {
            long left = patience.toNanos();
            while (holder != null && holder != Thread.currentThread()) {
                if (left <= 0) {
                    throw new Failure.Busy(
                            "What the files hold is still being looked up in the cloud. Try again in a moment.",
                            Duration.ZERO);
                }
                left = changed.awaitNanos(left);
            }
            if (holder == null && broken != null) {
                throw broken;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.Unreachable("Interrupted while waiting for the local database.", e);
        } finally {
            lock.unlock();
        }
    }
}
