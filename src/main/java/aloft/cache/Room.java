package aloft.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much the cache may hold: up to the limit, and never so much that less than a twentieth of the disk
 * is free. Safe for many threads.
 */
final class Room {

    /** The disk is asked again after so many bytes. */
    private static final long STEP = 4 << 20;

    private final Inventory inventory;
    private final DiskSpace space;
    private final ReentrantLock lock = new ReentrantLock();
    @GuardedBy("lock")
    private long limit;
    /** Bytes that may be written before the disk is asked again. */
    @GuardedBy("lock")
    private long credit;

    Room(Inventory inventory, DiskSpace space, long limit) {
        this.inventory = inventory;
        this.space = space;
        this.limit = limit;
    }

    /** Evicts what has to go for so many bytes; false when there is no room for them even then. */
    boolean make(int length) throws IOException {
        lock.lock();
        try {
            credit -= length;
            return credit >= 0 || ask(length);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean ask(int length) throws IOException {
        long reserve = space.total() / 20;
        long spare = space.free() - reserve - length;
        inventory.setMaximum(Math.clamp(inventory.evictable() + spare, 0, limit));
        if (spare < 0) {
            spare = space.free() - reserve - length;
        }
        credit = Math.clamp(spare, 0, STEP);
        return spare >= 0;
    }

    /** A write of so many bytes found the disk full: evicts twice of that at least. */
    void full(int length) {
        lock.lock();
        try {
            credit = 0;
            long more = Math.max(2L * length, STEP);
            inventory.setMaximum(Math.clamp(inventory.evictable() - more, 0, limit));
        } finally {
            lock.unlock();
        }
    }

    long limit() {
        lock.lock();
        try {
            return limit;
        } finally {
            lock.unlock();
        }
    }

    void setLimit(long bytes) {
        lock.lock();
        try {
            limit = bytes;
            credit = 0;
            inventory.setMaximum(bytes);
        } finally {
            lock.unlock();
        }
    }
}
