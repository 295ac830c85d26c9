package aloft.tree;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.sync.Downloader;
import aloft.sync.SyncEngine;
import aloft.sync.SyncLoops;
import aloft.tree.FsException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** States, pins, space and waiting, over the tree in memory. */
final class TreeKeeping implements Keeping {

    /** A folder with more files than this is not looked through for its state. */
    private static final int MOST_FILES = 1_000;
    private static final Duration STEP = Duration.ofSeconds(1);

    private final String place;
    private final Tree tree;
    private final Subtree subtree;
    private final Pinner pinner;
    private final Downloader downloader;
    private final SyncEngine engine;
    private final SyncLoops loops;
    private final TreeChanges changes;
    private final Integrity integrity;
    private final Supplier<Drive.@Nullable Space> space;
    private final LongSupplier freeDisk;
    private volatile Runnable tryingAnew = () -> {};

    TreeKeeping(String place, Tree tree, Pinner pinner, Downloader downloader, SyncEngine engine,
            SyncLoops loops,
            TreeChanges changes, Supplier<Drive.@Nullable Space> space, LongSupplier freeDisk) {
        this.place = place;
        this.tree = tree;
        this.subtree = new Subtree(tree);
        this.pinner = pinner;
        this.downloader = downloader;
        this.engine = engine;
        this.loops = loops;
        this.changes = changes;
        this.integrity = new Integrity(tree, downloader);
        downloader.add(integrity);
        this.space = space;
        this.freeDisk = freeDisk;
    }

    /** Runs {@code run} when what was seen of the cloud should not keep anybody from trying at once. */
    void whenTryingAnew(Runnable run) {
        tryingAnew = run;
    }

    /** What waits to go up is tried at once. */
    void tryAnew() {
        tryingAnew.run();
        loops.poke();
    }

    // ---- states

    @Override
    public DriveStatus status() {
        int pending = tree.locked(names -> names.intents().size());
        List<String> errors = new ArrayList<>(integrity.errors());
        if (pinner.lastFailure() instanceof Failure.Full full) {
            errors.add(String.valueOf(full.getMessage()));
        }
        IOException failure = loops.lastFailure();
        if (failure != null && pending > 0) {
            errors.add(String.valueOf(failure.getMessage()));
        }
        Pinner.Coming coming = pinner.coming();
        return new DriveStatus(place, engine.head(), engine.isOnline(), pending, changes.pendingBytes(),
                engine.uploadedBytes(), downloader.downloadedBytes(), coming.bytes(), coming.files(),
                downloader.cacheUsed(), downloader.cacheLimit(), space.get(),
                tree.readOnly(), errors);
    }

    @Override
    public PathStatus status(String path) throws FsException {
        return status(path, tree.look(names -> names.find(path)));
    }

    private PathStatus status(String path, Node node) throws FsException {
        record Seen(Drive.Attributes attributes, boolean pinned, boolean dirty, @Nullable String target,
                List<Node> files) {}
        Seen seen = tree.look(names -> new Seen(node.attributes(), pinner.isPinned(node),
                names.intentOrNull(node.id) != null, node.target, Subtree.files(node)));
        long stored = 0;
        long all = 0;
        boolean few = seen.files().size() <= MOST_FILES;
        if (few) {
            for (Node file : seen.files()) {
                for (BlockRow block : blocks(file)) {
                    stored += downloader.present(block);
                    all += block.length();
                }
            }
        }
        State state = seen.dirty() && node.type != NodeType.FOLDER
                ? State.SYNCING
                : seen.pinned()
                        ? State.PINNED
                        : !few || stored > 0 && stored < all
                                ? State.PARTIAL
                                : stored == all ? State.LOCAL : State.ONLINE_ONLY;
        return new PathStatus(path, seen.attributes(), state, seen.pinned(), stored, seen.target());
    }

    @Override
    public List<PathStatus> list(String path) throws FsException {
        List<Node> nodes = new ArrayList<>();
        Map<Node, String> paths = new HashMap<>();
        tree.look(names -> {
            Node node = names.find(path);
            if (node instanceof Folder folder) {
                folder.children().forEach(nodes::add);
                nodes.forEach(child -> paths.put(child, child.path()));
            } else {
                nodes.add(node);
                paths.put(node, path);
            }
            return null;
        });
        List<PathStatus> list = new ArrayList<>();
        for (Node node : nodes) {
            list.add(status(paths.getOrDefault(node, path), node));
        }
        list.sort(Comparator.comparing(PathStatus::path));
        return list;
    }

    private List<BlockRow> blocks(Node file) throws FsException {
        try {
            return subtree.blocks(file.id);
        } catch (IOException e) {
            throw Tree.failure(e);
        }
    }

    // ---- pins and space

    @Override
    public void pin(String path) throws FsException {
        Node node = tree.look(names -> names.find(path));
        List<Node> files = tree.look(names -> Subtree.files(node));
        long missing = 0;
        for (Node file : files) {
            for (BlockRow block : blocks(file)) {
                missing += block.length() - downloader.present(block);
            }
        }
        long free = freeDisk.getAsLong();
        if (missing > free) {
            throw new FsException(Reason.NO_SPACE,
                    ("Keeping it needs " + (missing >> 20) + " MiB on this device and "
                            + (Math.max(0, free) >> 20)
                            + " MiB are free: free up space, then pin it again."));
        }
        try {
            pinner.pin(node.id);
        } catch (IOException e) {
            throw Tree.failure(e);
        }
    }

    @Override
    public void awaitPinned(String path, Progress progress)
            throws FsException, Failure, InterruptedException {
        long seen = -1;
        while (true) {
            Node node = tree.look(names -> names.find(path));
            long done = 0;
            long total = 0;
            for (Node file : tree.look(names -> Subtree.files(node))) {
                for (BlockRow block : blocks(file)) {
                    total += block.length();
                    done += downloader.present(block);
                }
            }
            progress.at(done, total, path);
            if (done >= total) {
                return;
            }
            if (!tree.look(names -> pinner.isPinned(node))) {
                Failure.Full refusal = pinner.refusalOrNull(node.id);
                if (refusal != null) {
                    throw refusal;
                }
                throw new FsException(Reason.INVALID, "It is not pinned any more.");
            }
            if (pinner.lastFailure() instanceof Failure failure) {
                throw failure;
            }
            seen = pinner.awaitProgress(seen, STEP);
        }
    }

    @Override
    public void unpin(String path) throws FsException {
        Node node = tree.look(names -> names.find(path));
        boolean above = tree.look(names -> node.parent != null && pinner.isPinned(node.parent));
        if (above && !pinner.isMarked(node.id)) {
            throw new FsException(Reason.NOT_PERMITTED,
                    "A folder above it is always kept on this device; unpin that.");
        }
        try {
            for (long id : tree.look(names -> pinner.markedIn(names, node))) {
                pinner.unpin(id);
            }
        } catch (IOException e) {
            throw Tree.failure(e);
        }
    }

    @Override
    public long free(String path) throws FsException {
        List<Node> files = tree.look(names -> {
            Node top = names.find(path);
            if (pinner.isPinned(top)) {
                throw new FsException(Reason.NOT_PERMITTED,
                        "It is always kept on this device; unpin it first.");
            }
            List<Node> found = Subtree.files(top);
            for (Node file : found) {
                if (pinner.isPinned(file)) {
                    throw new FsException(Reason.NOT_PERMITTED,
                            file.path() + " is always kept on this device; unpin it first.");
                }
                if (names.intentOrNull(file.id) != null && file.written) {
                    throw new FsException(Reason.BUSY,
                            file.path() + " has changes that are not in the cloud yet; wait until they are.");
                }
            }
            return found;
        });
        long freed = 0;
        for (Node file : files) {
            for (BlockRow block : blocks(file)) {
                freed += downloader.present(block);
                downloader.free(block);
            }
        }
        return freed;
    }

    // ---- waiting

    @Override
    public void awaitUploaded(String path, Progress progress)
            throws FsException, Failure, InterruptedException {
        record Mark(long stamp, long ref, Map<Long, Boolean> ids) {}
        long ref = tree.journal.end();
        Mark mark = tree.look(names -> {
            Node top = names.find(path);
            Map<Long, Boolean> ids = new HashMap<>();
            for (Intent intent : names.intents()) {
                Node node = names.nodeOrNull(intent.id);
                if (isBelow(names, intent, node, top)) {
                    ids.put(intent.id, node != null && node.written);
                }
            }
            return new Mark(names.stamp(), ref, ids);
        });
        long total = changes.pendingBytes();
        long before = engine.uploadedBytes();
        long upAtFailure = -1;
        int round = loops.awaitRound(-1, Duration.ZERO);
        loops.hurry(true);
        try {
            while (true) {
                boolean open = tree.look(names -> mark.ids()
                        .entrySet()
                        .stream()
                        .anyMatch(entry -> isOpen(names, entry.getKey(), entry.getValue(), mark.stamp(),
                                mark.ref())));
                long done = Math.min(total, engine.uploadedBytes() - before);
                progress.at(open ? done : total, total, path);
                if (!open) {
                    return;
                }
                String readOnly = tree.readOnly();
                if (readOnly != null) {
                    throw new Failure.ReadOnly(readOnly);
                }
                int now = loops.awaitRound(round, STEP);
                if (now != round && loops.lastFailure() instanceof Failure failure) {
                    long up = engine.uploadedBytes();
                    if (!failure.mayRetry() || up == upAtFailure) {
                        throw failure;
                    }
                    if (upAtFailure < 0) { // it may have begun before anybody waited, or been of what was seen then
                        tryAnew();
                    }
                    upAtFailure = up;
                }
                round = now;
            }
        } finally {
            loops.hurry(false);
        }
    }

    private static boolean isBelow(Namespace names, Intent intent, @Nullable Node node, Node top) {
        if (top == names.root()) {
            return true;
        }
        Node at = node;
        if (at == null && intent.base != null) {
            NodeRow base = intent.base;
            at = names.nodeOrNull(base.parent());
        }
        return at != null && at.isWithin(top);
    }

    private static boolean isOpen(Namespace names, long id, boolean written, long stamp, long ref) {
        Intent intent = names.intentOrNull(id);
        if (intent == null) {
            return false;
        }
        return intent.doneStamp < stamp || written && intent.doneRef < ref;
    }

    @Override
    public void awaitChange(DriveStatus seen, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        int round = loops.awaitRound(-1, Duration.ZERO);
        while (System.nanoTime() < end && status().equals(seen)) {
            loops.awaitRound(round, Duration.ofMillis(500));
        }
    }

    // ---- verification

    @Override
    public List<Fault> verify(boolean repair, Progress progress) throws Failure, InterruptedException {
        try {
            return engine.verification(downloader)
                    .run(repair, progress::at)
                    .stream()
                    .map(found -> new Fault(found.what(), found.healed()))
                    .toList();
        } catch (InterruptedIOException e) {
            throw new InterruptedException(e.getMessage());
        } catch (Failure e) {
            throw e;
        } catch (IOException e) {
            throw new Failure.Refused(String.valueOf(e.getMessage()), e);
        }
    }
}
