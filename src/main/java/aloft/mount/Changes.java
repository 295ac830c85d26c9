package aloft.mount;

import aloft.tree.Drive;
import aloft.tree.FsException;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.LinkedHashSet;

/**
 * Tells the kernel what of its copies is not true any more, from a thread that answers no requests:
 * the kernel may hold up whoever tells it until requests have been answered.
 */
final class Changes {

    private static final System.Logger LOG = System.getLogger(Changes.class.getName());

    private final Drive drive;
    private final Teller teller;
    private final Object lock = new Object();
    @GuardedBy("lock")
    private final LinkedHashSet<String> paths = new LinkedHashSet<>();
    @GuardedBy("lock")
    private boolean telling;
    @GuardedBy("lock")
    private boolean ended;

    /** The kernel. */
    @FunctionalInterface
    interface Teller {
        /** @param inode 0 when the path leads nowhere now */
        void tell(String path, long inode);
    }

    Changes(Drive drive, Teller teller) {
        this.drive = drive;
        this.teller = teller;
    }

    void start() {
        Thread.ofPlatform().daemon().name("aloft-changes").start(this::tellAll);
    }

    void add(Collection<String> changed) {
        synchronized (lock) {
            paths.addAll(changed);
            lock.notifyAll();
        }
    }

    /** Returns when nothing is being told any more; nothing will be from now on. */
    void end() {
        boolean interrupted = false;
        synchronized (lock) {
            ended = true;
            lock.notifyAll();
            while (telling) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellAll() {
        try {
            for (String path = next(); !path.isEmpty(); path = next()) {
                tell(path);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            told();
        }
    }

    /** Waits for a path; empty at the end. */
    private String next() throws InterruptedException {
        synchronized (lock) {
            telling = false;
            lock.notifyAll();
            while (paths.isEmpty() && !ended) {
                lock.wait();
            }
            if (ended) {
                return "";
            }
            telling = true;
            return paths.removeFirst();
        }
    }

    private void told() {
        synchronized (lock) {
            telling = false;
            lock.notifyAll();
        }
    }

    private void tell(String path) {
        try {
            teller.tell(path, drive.stat(path).id());
        } catch (FsException e) {
            teller.tell(path, 0);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "cannot tell the kernel of a change", e);
        }
    }
}
