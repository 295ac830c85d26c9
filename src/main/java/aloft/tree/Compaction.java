package aloft.tree;

import aloft.failure.Failure;
import aloft.state.Journal;
import aloft.tree.Extents.Extent;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the journal at most about twice as large as what waits in it to go up. Its oldest file goes first: what is
 * still needed of it is written once more at the end. Without that, what is written over and over while there
 * is no network would fill the disk.
 */
final class Compaction implements Closeable {

    private static final System.Logger LOG = System.getLogger(Compaction.class.getName());
    /** Files of the journal that are not worth the work. */
    private static final int FEW = 4;
    /** Bytes that are written while a file is kept from changing. */
    private static final int PART = 1 << 20;
    /** Of an entry that waits, in the journal. */
    private static final long ENTRY_BYTES = 512;

    private final Tree tree;
    private final TreeChanges changes;
    private final Attempts attempts;
    private final Journal journal;
    private final long fileSize;
    /** One look at a time; what is asked for meanwhile, or after the end, need not be done. */
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS,
            new SynchronousQueue<>(), task -> Thread.ofPlatform().daemon().name("compaction").unstarted(task),
            new ThreadPoolExecutor.DiscardPolicy());
    /** Where the journal has to end before it is worth a look. */
    private volatile long lookAt = Long.MAX_VALUE;

    /** @param fileSize bytes of a file of the journal */
    Compaction(Tree tree, TreeChanges changes, Attempts attempts, long fileSize) {
        this.tree = tree;
        this.changes = changes;
        this.attempts = attempts;
        this.journal = tree.journal;
        this.fileSize = fileSize;
    }

    void start() {
        thread.execute(this::look);
    }

    /** Something was written. Cheap. */
    void changed() {
        if (journal.end() >= lookAt) {
            thread.execute(this::look);
        }
    }

    private void look() {
        try {
            compact();
        } catch (Failure.Full e) {
            LOG.log(Level.DEBUG, "There is no room to write anything once more: {0}", e.getMessage());
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "The journal stays as large as it is: " + e.getMessage(), e);
        }
        lookAt = journal.end() + fileSize;
    }

    /** Goes on until the journal is small enough, or something that cannot be written once more is in the way. */
    void compact() throws IOException {
        while (!thread.isShutdown() && isTooLarge() && dropOldestFile()) {
            LOG.log(Level.DEBUG, "The journal has {0} bytes", journal.size());
        }
    }

    private boolean isTooLarge() {
        long size = journal.size();
        return size > FEW * fileSize && size > 2 * needed();
    }

    private long needed() {
        int entries = tree.locked(names -> names.intents().size());
        return changes.pendingBytes() + entries * ENTRY_BYTES;
    }

    /** @return whether it went */
    boolean dropOldestFile() throws IOException {
        long to = journal.oldestFileEnd();
        tree.renewStates(to);
        for (FileContent content : tree.contents.all()) {
            renew(content, to);
        }
        attempts.renew(to);
        tree.sync();
        changes.trim();
        return to > 0 && journal.oldestFileEnd() != to;
    }

    private void renew(FileContent content, long to) throws IOException {
        boolean more = true;
        while (more) {
            content.lock.lock();
            try {
                more = content.mayBeRenewed() && renewPart(content, to);
            } finally {
                content.lock.unlock();
            }
        }
    }

    /** @return whether some is left */
    @GuardedBy("content.lock")
    private boolean renewPart(FileContent content, long to) throws IOException {
        long mtime = tree.locked(names -> {
            Node node = names.nodeOrNull(content.id);
            return node == null ? content.mtime() : node.mtime;
        });
        List<Extent> old = content.changesBefore(to);
        long written = 0;
        for (Extent extent : old) {
            long end = extent.zero() ? extent.end() : Math.min(extent.end(), extent.offset() + PART);
            content.renewed(append(content, extent.cut(extent.offset(), end), mtime));
            written += extent.zero() ? 1 : end - extent.offset();
            if (written >= PART) {
                break;
            }
        }
        if (old.isEmpty()) {
            if (!content.isSizeBefore(to)) {
                return false;
            }
            content.sizeRenewed(appendSize(content, mtime));
        }
        // a time that was set after the last write is that of the last record
        tree.renewState(content.id);
        return !old.isEmpty();
    }

    @GuardedBy("content.lock")
    private Extent append(FileContent content, Extent part, long mtime) throws IOException {
        long id = content.id;
        long size = content.size();
        long ref;
        if (part.zero()) {
            ref = journal.append(
                    Entry.encode(new Entry.Zeros(id, part.offset(), part.length(), size, mtime)));
        } else {
            byte[] bytes = new byte[(int) part.length()];
            journal.read(part.ref(), part.skip(), bytes, 0, bytes.length);
            ref = journal.append(Entry.encode(new Entry.Data(id, part.offset(), size, mtime)),
                    bytes, 0, bytes.length);
        }
        return new Extent(part.offset(), part.length(), ref, 0, part.zero());
    }

    @GuardedBy("content.lock")
    private long appendSize(FileContent content, long mtime) throws IOException {
        return content.isBaseOfJournal()
                ? tree.append(
                        new Entry.Moved(content.id, content.id, content.size(), mtime, content.blocks()))
                : journal.append(
                        Entry.encode(new Entry.Zeros(content.id, 0, 0, content.size(), mtime)));
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            var _ = thread.awaitTermination(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
