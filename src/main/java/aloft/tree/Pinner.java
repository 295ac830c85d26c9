package aloft.tree;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import aloft.sync.Downloader;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps on this device what is pinned: brings down what is missing, now and whenever something changes. Safe
 * for many threads; one thread of its own works while there is work.
 */
final class Pinner implements Closeable {

    private static final System.Logger LOG = System.getLogger(Pinner.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(10);

    /** Where a block lies. */
    private record Spot(ObjectId object, int offset) {}

    private final Tree tree;
    private final Subtree subtree;
    private final Downloader downloader;
    private final Pins pins;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();
    private final Thread worker;
    private Map<Spot, BlockRow> kept = new HashMap<>();
    @GuardedBy("lock")
    private boolean due;
    @GuardedBy("lock")
    private boolean stopped;
    @GuardedBy("lock")
    private long progress;
    private volatile @Nullable IOException lastFailure;

    Pinner(Tree tree, Pins pins, Downloader downloader) {
        this.tree = tree;
        this.pins = pins;
        this.subtree = new Subtree(tree);
        this.downloader = downloader;
        this.worker = Thread.ofPlatform().daemon().name("pin").unstarted(this::run);
    }

    void start() {
        worker.start();
        if (!pins.ids().isEmpty()) {
            wake();
        }
    }

    void pin(long id) throws IOException {
        pins.set(id, true);
        wake();
    }

    void unpin(long id) throws IOException {
        pins.set(id, false);
        wake();
    }

    boolean any() {
        return !pins.ids().isEmpty();
    }

    /** Whether the entry itself is pinned. */
    boolean isMarked(long id) {
        return pins.contains(id);
    }

    /** Whether the entry or a folder above it is pinned; under the tree's lock. */
    boolean isPinned(Node node) {
        for (Node above = node; above != null; above = above.parent) {
            if (pins.contains(above.id)) {
                return true;
            }
        }
        return false;
    }

    /** Something changed that may lie under a pin. */
    void wake() {
        lock.lock();
        try {
            due = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    IOException lastFailure() {
        return lastFailure;
    }

    /** Waits for a file to come down, or for the time; returns what to pass next. */
    long awaitProgress(long seen, Duration time) throws InterruptedException {
        lock.lock();
        try {
            long left = time.toNanos();
            while (progress == seen && left > 0 && !stopped) {
                left = wake.awaitNanos(left);
            }
            return progress;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (awaitDue()) {
                try {
                    round();
                    lastFailure = null;
                } catch (InterruptedIOException e) {
                    return;
                } catch (IOException | RuntimeException e) {
                    lastFailure = e instanceof IOException io ? io : new IOException(e);
                    LOG.log(Level.WARNING, "What is pinned is not all here yet: " + e.getMessage(),
                            e instanceof Failure ? null : e);
                    retryLater();
                }
                moved();
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "stopped");
        }
    }

    private boolean awaitDue() throws InterruptedException {
        lock.lock();
        try {
            while (!due && !stopped) {
                wake.await();
            }
            due = false;
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    private void retryLater() throws InterruptedException {
        lock.lock();
        try {
            long left = RETRY.toNanos();
            while (left > 0 && !due && !stopped) {
                left = wake.awaitNanos(left);
            }
            due = true;
        } finally {
            lock.unlock();
        }
    }

    private void moved() {
        lock.lock();
        try {
            progress++;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void round() throws IOException {
        Map<Spot, BlockRow> wanted = new HashMap<>();
        List<Node> files = tree.locked(names -> pins.ids()
                .stream()
                .map(names::nodeOrNull)
                .filter(node -> node != null)
                .flatMap(node -> Subtree.files(node).stream())
                .distinct()
                .toList());
        for (Node file : files) {
            boolean fetched = false;
            for (BlockRow block : subtree.blocks(file.id)) {
                var spot = new Spot(block.object(), block.offset());
                if (wanted.put(spot, block) == null && !kept.containsKey(spot)) {
                    downloader.pin(block);
                }
                if (downloader.present(block) < block.length()) {
                    downloader.fetch(block);
                    fetched = true;
                }
            }
            if (fetched) {
                moved();
            }
        }
        kept.forEach((spot, block) -> {
            if (!wanted.containsKey(spot)) {
                downloader.unpin(block);
            }
        });
        kept = wanted;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            stopped = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
        worker.interrupt();
        try {
            worker.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
