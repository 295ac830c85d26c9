package aloft.server;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

/**
 * Orders what happens at one path: a condition is checked and the change made durable in one piece, and a
 * reader opens what is there before or after it, never what a power cut may still take back. Paths share a
 * fixed number of locks. Lock order: by index; a thread that holds some takes no more.
 */
final class PathLocks {

    private static final int COUNT = 256;

    private final List<ReadWriteLock> locks = IntStream.range(0, COUNT)
            .<ReadWriteLock>mapToObj(i -> new ReentrantReadWriteLock())
            .toList();

    /** Closed by the thread that got it. */
    @FunctionalInterface
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    @MustBeClosed
    Held read(DavPath path) {
        Lock lock = locks.get(index(path)).readLock();
        lock.lock();
        return lock::unlock;
    }

    @MustBeClosed
    Held write(DavPath... paths) {
        int[] order = List.of(paths).stream().mapToInt(PathLocks::index).sorted().distinct().toArray();
        var held = new ArrayList<Lock>();
        for (int index : order) {
            Lock lock = locks.get(index).writeLock();
            lock.lock();
            held.add(lock);
        }
        return () -> held.reversed().forEach(Lock::unlock);
    }

    private static int index(DavPath path) {
        int hash = path.hashCode();
        return (hash ^ hash >>> 16) & COUNT - 1;
    }
}
