package aloft.server;

import static aloft.server.Refusal.FULL;

import com.google.errorprone.annotations.MustBeClosed;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much the objects take and how much more may come: by the quota, or by the disk when there is none.
 * Counts with a quota only, beginning with the first change; another process that serves the same folder is
 * not seen then. Thread safe.
 */
final class Space {

    private final Path root;
    private final long quota;
    /** Asked by the old class: the new one finds no disk for a folder in a changed root. */
    private final File disk;
    private final ReentrantLock lock = new ReentrantLock();
    @GuardedBy("lock")
    private long used = -1;
    @GuardedBy("lock")
    private long reserved;

    /** @param quota bytes, 0 for what the disk has */
    Space(Path root, long quota) throws IOException {
        this.root = root;
        this.quota = quota;
        this.disk = root.toFile();
    }

    /** In bytes. */
    record Report(long free, long used) {}

    Report report() throws IOException {
        long free = disk.getUsableSpace();
        if (quota == 0) {
            return new Report(free, disk.getTotalSpace() - disk.getFreeSpace());
        }
        lock.lock();
        try {
            long now = usedWithLock();
            return new Report(Math.max(0, Math.min(free, quota - now - reserved)), now);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Room for an object on its way.
     *
     * @param replaced bytes of the object that it replaces
     */
    @MustBeClosed
    Reservation reserve(long bytes, long replaced) throws IOException, Refusal {
        var reservation = new Reservation(replaced);
        reservation.grow(bytes);
        return reservation;
    }

    /** Tells that objects of so many bytes came, or went when negative. */
    void changed(long bytes) throws IOException {
        if (quota == 0) {
            return;
        }
        lock.lock();
        try {
            used = Math.max(0, usedWithLock() + bytes);
        } finally {
            lock.unlock();
        }
    }

    /** Must be called before the first change, or that is counted twice. */
    void prepare() throws IOException {
        changed(0);
    }

    /** Whether the failure of a write came from a full disk; messages are in the user's language. */
    boolean isFull(IOException e) throws IOException {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left") || message.contains("quota exceeded")
                || disk.getUsableSpace() < Upload.BUFFER;
    }

    @GuardedBy("lock")
    private long usedWithLock() throws IOException {
        if (used < 0) {
            long[] sum = {0};
            Walk.filesThenFolders(root, (file, attributes) -> {
                if (attributes.isRegularFile() && !file.startsWith(root.resolve(Scratch.NAME))) {
                    sum[0] += attributes.size();
                }
            });
            used = sum[0];
        }
        return used;
    }

    /** Not thread safe. */
    final class Reservation implements AutoCloseable {
        private final long replaced;
        private long bytes;

        private Reservation(long replaced) {
            this.replaced = replaced;
        }

        void grow(long more) throws IOException, Refusal {
            if (more > disk.getUsableSpace()) {
                throw new Refusal(FULL, "The disk is full.");
            }
            if (quota == 0) {
                return;
            }
            lock.lock();
            try {
                if (more > quota - usedWithLock() - reserved + replaced) {
                    throw new Refusal(FULL, "The quota is used up.");
                }
                reserved += more;
                bytes += more;
            } finally {
                lock.unlock();
            }
        }

        /** The object is there; {@code difference} is what it has more than what it replaced. */
        void settle(long difference) throws IOException {
            lock.lock();
            try {
                reserved -= bytes;
                bytes = 0;
                changed(difference);
            } finally {
                lock.unlock();
            }
        }

        /** Gives the room back unless {@link #settle} has used it. */
        @Override
        public void close() {
            lock.lock();
            try {
                reserved -= bytes;
                bytes = 0;
            } finally {
                lock.unlock();
            }
        }
    }
}
