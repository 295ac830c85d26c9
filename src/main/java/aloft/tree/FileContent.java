package aloft.tree;

import aloft.format.BlockRow;
import aloft.format.ObjectId;
import aloft.state.Journal;
import aloft.tree.Extents.Extent;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one file that is open or has changes: committed blocks, with what is in the journal on top.
 *
 * <p>
 * Lock order: a file's lock, then the tree's lock, then nothing. The file's lock may be held over the
 * local disk, never over the network.
 */
final class FileContent {

    /** The node's; changes under the lock alone. */
    volatile long id;
    final int blockBits;
    final ReentrantLock lock = new ReentrantLock();
    /** Open handles; guarded by {@link Contents}. */
    int handles;
    /** Where the file was that another device removed while it was open. */
    volatile @Nullable Home home;
    /** The entry it belongs to by now, when that is not the one that was opened. */
    volatile @Nullable Node node;

    private final Journal journal;
    @GuardedBy("lock")
    private final CommittedBlocks base;
    @GuardedBy("lock")
    private Extents changes = new Extents();
    @GuardedBy("lock")
    private long size;
    @GuardedBy("lock")
    private long mtime;
    /** The last record that changed the content, before which nothing is new; -1 when nothing is. */
    private volatile long lastRef = -1;
    /** The oldest record that is still needed for the size. */
    @GuardedBy("lock")
    private long sizeRef = Long.MAX_VALUE;
    @GuardedBy("lock")
    private @Nullable Ready ready;
    @GuardedBy("lock")
    private long uploadingRef = Long.MAX_VALUE;
    /** The log has no row of this file any more, so every block must be named again. */
    @GuardedBy("lock")
    private boolean anew;
    /** It has no name any more: its changes go nowhere. */
    private volatile boolean orphaned;

    /** A part of a read that only the committed blocks have. */
    record Gap(BlockRow block, int offset, int at, int length) {}

    FileContent(long id, int blockBits, long size, long mtime, List<BlockRow> base, Journal journal) {
        this.id = id;
        this.blockBits = blockBits;
        this.size = size;
        this.mtime = mtime;
        this.base = new CommittedBlocks(blockBits, base);
        this.journal = journal;
    }

    /** A content as a restart finds it in the journal. */
    FileContent(long id, int blockBits, List<BlockRow> base, Replay.Content found, Journal journal) {
        this(id, blockBits, found.size, found.mtime, base, journal);
        changes = found.changes;
        lastRef = found.lastRef;
        sizeRef = found.sizeRef;
        anew = found.anew;
    }

    // ---- reading

    /**
     * Fills what the journal has and zeros elsewhere.
     *
     * @param gaps gets what is still to be read from committed blocks, which needs no lock
     * @return bytes, fewer than {@code length} at the end of the file
     */
    int read(long offset, byte[] to, int at, int length, List<Gap> gaps) throws IOException {
        lock.lock();
        try {
            int most = Math.clamp(size - offset, 0, length);
            long end = offset + most;
            FrozenContent.read(base, changes, journal, offset, end, to, at, gaps);
            return most;
        } finally {
            lock.unlock();
        }
    }

    /** The committed blocks, for read-ahead and for states; those that changes hide as well. */
    List<BlockRow> blocks() {
        lock.lock();
        try {
            return base.rows();
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    BlockRow blockOrNull(long index) {
        lock.lock();
        try {
            return base.rowOrNull(index);
        } finally {
            lock.unlock();
        }
    }

    // ---- changing: the caller holds the lock already and has written the record

    long size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    void written(long offset, int length, long ref, long sizeAfter, long time) {
        changed(new Extent(offset, length, ref, 0, false), sizeAfter, time);
    }

    void zeroed(long offset, long length, long ref, long sizeAfter, long time) {
        changed(new Extent(offset, length, ref, 0, true), sizeAfter, time);
    }

    private void changed(Extent extent, long sizeAfter, long time) {
        lock.lock();
        try {
            changes.put(extent);
            resized(extent.ref(), sizeAfter, time);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void resized(long ref, long sizeAfter, long time) {
        if (sizeRef == Long.MAX_VALUE) {
            sizeRef = ref;
        }
        size = sizeAfter;
        mtime = time;
        lastRef = ref;
    }

    /** The log lost the file, which stays: all its blocks are to be named again, as {@code ref} says. */
    @GuardedBy("lock")
    void nameAnew(long ref) {
        anew = true;
        ready = null;
        sizeRef = Math.min(sizeRef, ref);
        lastRef = ref;
    }

    /** What the journal has to know when what the journal has of {@code from} becomes the content of {@code to}. */
    @GuardedBy("lock")
    Entry.Moved moved(long from, long to) {
        return new Entry.Moved(from, to, size, mtime, base.rows());
    }

    /** From now on it is the content of another node, which the record {@code ref} says. */
    @GuardedBy("lock")
    void moveTo(long newId, long ref) {
        id = newId;
        ready = null;
        sizeRef = Math.min(ref, changes.oldestRef());
        lastRef = ref;
    }

    // ---- going up

    void orphan() {
        orphaned = true;
    }

    boolean isOrphaned() {
        return orphaned;
    }

    /** Takes no lock. */
    boolean isDirty() {
        return lastRef >= 0 && !orphaned;
    }

    long dirtyBytes() {
        lock.lock();
        try {
            return lastRef >= 0 ? changes.dataBytes() : 0;
        } finally {
            lock.unlock();
        }
    }

    /** When it was written last, in nanoseconds since 1970. */
    long mtime() {
        lock.lock();
        try {
            return mtime;
        } finally {
            lock.unlock();
        }
    }

    /** What is ready to be committed. */
    @Nullable
    Ready readyOrNull() {
        lock.lock();
        try {
            return ready;
        } finally {
            lock.unlock();
        }
    }

    /** The content of this moment; null when all of it is up already. */
    @Nullable
    FrozenContent freezeOrNull(int mostBlocks) {
        lock.lock();
        try {
            if (lastRef < 0 || orphaned || ready != null && lastRef < ready.ref()) {
                return null;
            }
            long ref = journal.end();
            List<BlockRow> carried = new ArrayList<>();
            List<Long> blocks = new ArrayList<>();
            for (long block : dirtyBlocks()) {
                BlockRow up = ready == null ? null : upSince(ready, block);
                if (up != null) {
                    carried.add(up);
                } else if (blocks.size() < mostBlocks) {
                    blocks.add(block);
                }
            }
            uploadingRef = changes.oldestRef();
            return new FrozenContent(this, id, ref, size, mtime, base.copy(), changes.copy(),
                    journal, carried, blocks);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private @Nullable BlockRow upSince(Ready earlier, long block) {
        if (changes.changedSince(earlier.ref(), block << blockBits, (block + 1) << blockBits)) {
            return null;
        }
        return earlier.rowOrNull(block);
    }

    @GuardedBy("lock")
    private List<Long> dirtyBlocks() {
        var blocks = new java.util.TreeSet<>(changes.blocks(blockBits));
        blocks.addAll(base.unfit(id));
        return List.copyOf(blocks);
    }

    /** Whether nothing was changed since. */
    boolean isAsOf(FrozenContent snapshot) {
        return lastRef < snapshot.ref();
    }

    void uploaded(FrozenContent snapshot, List<BlockRow> put, List<Long> deleted) {
        lock.lock();
        try {
            if (snapshot.id() != id) {
                // it became the content of another file meanwhile, for which it goes up again
                return;
            }
            ready = Ready.of(snapshot, put, deleted, anew ? base.fit(id) : List.of());
        } finally {
            lock.unlock();
        }
    }

    /** No snapshot is read any more. */
    void released() {
        lock.lock();
        try {
            uploadingRef = Long.MAX_VALUE;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A commit with the content as of {@code ref} is in the log.
     *
     * @return whether nothing else is to go up
     */
    boolean settled(long ref, List<BlockRow> put, List<Long> blocks) {
        lock.lock();
        try {
            base.settle(put, blocks);
            for (long block : blocks) {
                changes.forgetBefore(ref, block << blockBits, (block + 1) << blockBits);
            }
            if (ready != null && ready.ref() <= ref) {
                ready = null;
            }
            anew = false;
            if (lastRef < ref && changes.isEmpty() && base.unfit(id).isEmpty()) {
                lastRef = -1;
                sizeRef = Long.MAX_VALUE;
            } else {
                sizeRef = ref;
            }
            return lastRef < 0;
        } finally {
            lock.unlock();
        }
    }

    /** No commit may name these objects any more: what is ready and lies in one goes up again. */
    void lost(Set<ObjectId> objects) {
        lock.lock();
        try {
            if (ready != null && ready.liesIn(objects)) {
                ready = null;
                base.lost(objects);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Follows blocks to where a commit moved them.
     *
     * @return whether the journal has to know, since it says where they are
     */
    @GuardedBy("lock")
    boolean follow(CommittedBlocks.Moves moves) {
        return base.follow(moves) && lastRef >= 0 && isBaseOfJournal();
    }

    // ---- the same in later records: the caller holds the lock

    @GuardedBy("lock")
    boolean mayBeRenewed() {
        return isDirty() && uploadingRef == Long.MAX_VALUE;
    }

    /** Changes in records before {@code ref}. */
    @GuardedBy("lock")
    List<Extent> changesBefore(long ref) {
        return changes.before(ref);
    }

    @GuardedBy("lock")
    boolean isSizeBefore(long ref) {
        return sizeRef < ref;
    }

    /** Whether the journal has to say which blocks lie beneath. */
    @GuardedBy("lock")
    boolean isBaseOfJournal() {
        return anew || !base.unfit(id).isEmpty();
    }

    /** A later record says the same; what is up of it goes up again, since it counts as later too. */
    @GuardedBy("lock")
    void renewed(Extent same) {
        changes.put(same);
        ready = null;
    }

    /** From here on the journal has the size, and the base if that has to be there. */
    @GuardedBy("lock")
    void sizeRenewed(long ref) {
        sizeRef = ref;
    }

    /** The oldest journal record that must stay. */
    long oldestRef() {
        lock.lock();
        try {
            long oldest = Math.min(changes.oldestRef(), uploadingRef);
            return lastRef < 0 ? oldest : Math.min(oldest, sizeRef);
        } finally {
            lock.unlock();
        }
    }
}
