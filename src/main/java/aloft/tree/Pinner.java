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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps on this device what is pinned: brings down what is missing, now and whenever something changes. Safe
 * for many threads; one thread of its own works while there is work.
 */
final class Pinner implements Closeable {

    private static final System.Logger LOG = System.getLogger(Pinner.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(10);

    /** Where a block lies. */
    private record Spot(ObjectId object, int offset) {
        static Spot of(BlockRow block) {
            return new Spot(block.object(), block.offset());
        }
    }

    /**
     * What is pinned and not here yet.
     *
     * @param bytes of ciphertext
     */
    record Coming(int files, long bytes) {}

    private final Tree tree;
    private final Subtree subtree;
    private final Downloader downloader;
    private final Pins pins;
    private final TreeListener listener;
    private final LongSupplier ticker;
    /** Those that were set by this process and are not all here yet: a full disk takes them back. */
    private final Set<Long> fresh = ConcurrentHashMap.newKeySet();
    private final Map<Long, Failure.Full> refused = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();
    private final Thread worker;
    private final Map<Spot, BlockRow> kept = new HashMap<>();
    /** Files that came down, and their bytes, since something was missing; told when nothing is any more. */
    private final Map<Node, Long> arrived = new HashMap<>();
    private long began;
    @GuardedBy("lock")
    private boolean due;
    @GuardedBy("lock")
    private boolean stopped;
    @GuardedBy("lock")
    private long progress;
    private volatile @Nullable IOException lastFailure;
    private volatile Coming coming = new Coming(0, 0);

    /**
     * @param listener hears when all of it is here
     * @param ticker   nanoseconds, monotonic
     */
    Pinner(Tree tree, Pins pins, Downloader downloader, TreeListener listener, LongSupplier ticker) {
        this.tree = tree;
        this.pins = pins;
        this.subtree = new Subtree(tree);
        this.downloader = downloader;
        this.listener = listener;
        this.ticker = ticker;
        this.worker = Thread.ofPlatform().daemon().name("pin").unstarted(this::run);
    }

    void start() {
        worker.start();
        if (!pins.ids().isEmpty()) {
            wake();
        }
    }

    void pin(long id) throws IOException {
        if (!pins.contains(id)) {
            fresh.add(id);
        }
        refused.remove(id);
        lastFailure = null;
        pins.set(id, true);
        wake();
    }

    void unpin(long id) throws IOException {
        take(id);
        wake();
    }

    private void take(long id) throws IOException {
        pins.set(id, false);
        fresh.remove(id);
    }

    boolean any() {
        return !pins.ids().isEmpty();
    }

    /** Whether the entry itself is pinned. */
    boolean isMarked(long id) {
        return pins.contains(id);
    }

    /** What is pinned itself of an entry and all below it; under the tree's lock. */
    List<Long> markedIn(Namespace names, Node top) {
        return pins.ids().stream().filter(id -> {
            Node node = names.nodeOrNull(id);
            return node != null && node.isWithin(top);
        }).toList();
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

    Coming coming() {
        return coming;
    }

    @Nullable
    IOException lastFailure() {
        return lastFailure;
    }

    /** Why the pin of the entry was taken back; null when it was not. */
    Failure.@Nullable Full refusalOrNull(long id) {
        return refused.get(id);
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
        Set<Long> complete = Set.copyOf(pins.ids());
        List<Node> files = tree.locked(names -> complete.stream()
                .map(names::nodeOrNull)
                .filter(node -> node != null)
                .flatMap(node -> Subtree.files(node).stream())
                .distinct()
                .toList());
        List<List<BlockRow>> wanted = new ArrayList<>();
        for (Node file : files) {
            wanted.add(subtree.blocks(file.id));
        }
        keep(wanted);
        if (coming.files() == 0) {
            began = ticker.getAsLong();
        }
        coming = missing(wanted);
        Failure damage = null;
        for (int i = 0; i < files.size(); i++) {
            try {
                fetch(files.get(i), wanted.get(i));
            } catch (Failure.Damaged | Failure.Missing e) {
                damage = damage == null ? e : damage; // the others shall come all the same
            } catch (Failure.Full e) {
                if (takeBack(files.get(i), e)) {
                    wake();
                    return;
                }
                throw e;
            }
        }
        if (damage != null) {
            throw damage;
        }
        fresh.removeAll(complete);
        tellOfArrived();
    }

    private void tellOfArrived() {
        List<Long> sizes = tree.locked(names -> arrived.entrySet()
                .stream()
                .filter(each -> isPinned(each.getKey()))
                .map(Map.Entry::getValue)
                .toList());
        arrived.clear();
        if (!sizes.isEmpty()) {
            listener.kept(sizes.size(), sizes.stream().mapToLong(Long::longValue).sum(),
                    Duration.ofNanos(ticker.getAsLong() - began));
        }
    }

    /** From now on the cache keeps these, and no others. */
    private void keep(List<List<BlockRow>> wanted) {
        Map<Spot, BlockRow> now = new HashMap<>();
        wanted.forEach(blocks -> blocks.forEach(block -> now.put(Spot.of(block), block)));
        kept.entrySet().removeIf(each -> {
            boolean gone = !now.containsKey(each.getKey());
            if (gone) {
                downloader.unpin(each.getValue());
            }
            return gone;
        });
        now.forEach((spot, block) -> {
            if (kept.put(spot, block) == null) {
                downloader.pin(block);
            }
        });
    }

    private void fetch(Node file, List<BlockRow> blocks) throws Failure, InterruptedIOException {
        boolean fetched = false;
        for (BlockRow block : blocks) {
            int missing = missing(block);
            if (missing > 0) {
                if (!tree.locked(names -> isPinned(file))) {
                    return; // taken back meanwhile; the next round counts anew
                }
                downloader.fetch(block);
                fetched = true;
                coming = new Coming(coming.files(), Math.max(0, coming.bytes() - missing));
            }
        }
        if (fetched) {
            coming = new Coming(Math.max(0, coming.files() - 1), coming.bytes());
            arrived.put(file, blocks.stream().mapToLong(BlockRow::length).sum());
            moved();
        }
    }

    private Coming missing(List<List<BlockRow>> files) {
        int count = 0;
        long bytes = 0;
        for (List<BlockRow> blocks : files) {
            long missing = blocks.stream().mapToLong(this::missing).sum();
            count += missing > 0 ? 1 : 0;
            bytes += missing;
        }
        return new Coming(count, bytes);
    }

    private int missing(BlockRow block) {
        return Math.max(0, block.length() - downloader.present(block));
    }

    /** Unpins what of the file and the folders above it was pinned lately; false when there is no such. */
    private boolean takeBack(Node file, Failure.Full why) throws IOException {
        List<Long> back = tree.locked(names -> {
            List<Long> above = new ArrayList<>();
            for (Node node = file; node != null; node = node.parent) {
                above.add(node.id);
            }
            above.retainAll(fresh);
            return above;
        });
        for (long id : back) {
            refused.put(id, why);
            take(id);
        }
        if (!back.isEmpty()) {
            LOG.log(Level.WARNING, "The disk is full: what was pinned last is not pinned any more.");
            moved();
        }
        return !back.isEmpty();
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
