package aloft.tree;

import aloft.sync.Downloader;
import aloft.sync.ReadAhead;
import aloft.tree.Contents.Shown;
import aloft.tree.Drive.Access;
import aloft.tree.Entry.Data;
import aloft.tree.Entry.Zeros;
import aloft.tree.FileContent.Gap;
import aloft.tree.FsException.Reason;
import aloft.tree.Hydration.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/** Open files and what is read and written through them. Safe for many threads. */
final class Files {

    /** As large as 2^24 blocks of the default size. */
    private static final long MAX_SIZE = 1L << 46;
    /** The kernel reads this much, or less, for a program that reads the first few kilobytes. */
    private static final int LOOK = 16 << 10;

    private final Tree tree;
    private final Downloader downloader;
    private final Hydration hydration;
    private final Aside aside;
    private final FolderWalks walks;
    private final Map<Long, OpenFile> open = new ConcurrentHashMap<>();
    private final AtomicLong handles = new AtomicLong();

    Files(Tree tree, Downloader downloader, Hydration hydration, Aside aside) {
        this.hydration = hydration;
        this.tree = tree;
        this.aside = aside;
        this.downloader = downloader;
        walks = new FolderWalks(tree, downloader);
    }

    long open(Node node, Access access) throws FsException {
        return open(acquire(node), access, false);
    }

    /** The same for who reads, as far as the caller may have what is not here. */
    long openToRead(Node node, Access access, String path, int caller) throws FsException {
        Acquired file = acquire(node);
        FileContent content = file.content();
        Verdict verdict = isHere(content) ? Verdict.FETCH : hydration.opening(caller, path, content.size());
        if (verdict == Verdict.REFUSE) {
            tree.contents.release(content);
            throw new FsException(Reason.ACCESS_DENIED, "The program gets only what is on this device.");
        }
        return open(file, access, verdict == Verdict.FETCH_GENTLY);
    }

    private long open(Acquired file, Access access, boolean gentle) {
        FileContent content = file.content();
        long handle = handles.incrementAndGet();
        open.put(handle, new OpenFile(file.node(), file.inode(), content, access,
                new ReadAhead(downloader, content.blockBits, content::blockOrNull), gentle));
        return handle;
    }

    private boolean isHere(FileContent content) {
        return content.blocks().stream().allMatch(block -> downloader.present(block) == block.length());
    }

    /** @param inode that the file had when it had the content */
    private record Acquired(Node node, long inode, FileContent content) {
        static @Nullable Acquired of(Node node, @Nullable FileContent content) {
            return content == null ? null : new Acquired(node, node.inode(), content);
        }
    }

    /** The content of a file; {@link Contents#release} gives it back. */
    private Acquired acquire(Node node) throws FsException {
        Acquired known = tree.look(
                names -> Acquired.of(node, tree.contents.acquireOrNull(there(names, node).id)));
        if (known != null) {
            return known;
        }
        Lock loading = tree.contents.loading();
        loading.lock();
        try {
            FileContent loaded = tree.contents.load(tree.look(names -> Shown.of(there(names, node))));
            return tree.look(names -> {
                there(names, node);
                return new Acquired(node, node.inode(), tree.contents.acquire(loaded));
            });
        } catch (IOException e) {
            throw Tree.failure(e);
        } finally {
            loading.unlock();
        }
    }

    /** It may have gone, and what it is called by may have become another one, since the caller found it. */
    private static Node there(Namespace names, Node node) throws FsException {
        if (names.nodeOrNull(node.id) != node) {
            throw new FsException(Reason.NOT_FOUND, "It was removed meanwhile.");
        }
        return node;
    }

    OpenFile file(long handle) throws FsException {
        OpenFile file = open.get(handle);
        if (file == null) {
            throw new FsException(Reason.BAD_HANDLE, "The file is not open.");
        }
        return file;
    }

    void release(long handle) {
        OpenFile file = open.remove(handle);
        if (file != null) {
            file.ahead.close();
            tree.contents.release(file.content);
        }
    }

    int read(long handle, long offset, byte[] to, int at, int length) throws FsException {
        OpenFile file = file(handle);
        if (!file.access.reads()) {
            throw new FsException(Reason.BAD_HANDLE, "The file is open for writing alone.");
        }
        try {
            List<Gap> gaps = new ArrayList<>(2);
            int count = file.content.read(offset, to, at, length, gaps);
            if (!gaps.isEmpty()) {
                boolean look = isLook(file, offset, length, gaps);
                if (offset == 0 && !look) {
                    walks.begins(file.node(), gaps.getFirst().block());
                }
                int beyond = look ? 0 : file.ahead.reading(offset, count);
                for (Gap gap : gaps) {
                    downloader.read(gap.block(), gap.offset(), to, gap.at(), gap.length(), beyond);
                }
            }
            return count;
        } catch (IOException e) {
            throw Tree.failure(e);
        }
    }

    /** Whether somebody only wants to know what kind of file it is; there is an end to that too. */
    private boolean isLook(OpenFile file, long offset, int length, List<Gap> gaps) throws FsException {
        if (!file.gentle) {
            return false;
        }
        if (offset != 0 || length > LOOK) {
            file.gentle = false;
            return false;
        }
        boolean here = gaps.stream().allMatch(gap -> downloader.has(gap.block(), gap.offset(), gap.length()));
        if (!here && !hydration.mayFetchHead()) {
            throw new FsException(Reason.ACCESS_DENIED, "Too many files were looked into.");
        }
        return true;
    }

    void write(long handle, long offset, byte[] from, int at, int length, boolean append) throws FsException {
        change(handle, (node, content) -> {
            long start = append ? content.size() : offset;
            if (start + length > MAX_SIZE) {
                throw new FsException(Reason.TOO_LARGE, "A file may have 64 TiB.");
            }
            long size = Math.max(content.size(), start + length);
            long now = tree.now();
            byte[] head = Entry.encode(new Data(content.id, start, size, now));
            long ref = tree.journal.append(head, from, at, length);
            content.written(start, length, ref, size, now);
            tree.contentChanged(node, size, now);
        });
    }

    @FunctionalInterface
    private interface Step {
        void on(Node node, FileContent content) throws FsException, IOException;
    }

    /** Within the content's lock; what is written is written to the file that the handle stands for by now. */
    private void change(long handle, Step step) throws FsException {
        tree.mustBeWritable();
        OpenFile file = file(handle);
        if (!file.access.writes()) {
            throw new FsException(Reason.BAD_HANDLE, "The file is open for reading alone.");
        }
        change(file.node(), file.content, step);
    }

    private void change(Node opened, FileContent content, Step step) throws FsException {
        content.lock.lock();
        try {
            if (tree.contents.isDetached(content)) {
                aside.put(content, opened);
            }
            Node now = content.node;
            step.on(now == null ? opened : now, content);
        } catch (IOException e) {
            throw Tree.failure(e);
        } finally {
            content.lock.unlock();
        }
    }

    void setSize(long handle, long size) throws FsException {
        change(handle, (node, content) -> setSize(node, content, size));
    }

    /** What opening a file may do to it, also for who only reads. */
    void truncate(long handle) throws FsException {
        tree.mustBeWritable();
        OpenFile file = file(handle);
        change(file.node(), file.content, (node, content) -> setSize(node, content, 0));
    }

    void setSize(Node found, long size) throws FsException {
        tree.mustBeWritable();
        FileContent acquired = acquire(found).content();
        try {
            change(found, acquired, (node, content) -> setSize(node, content, size));
        } finally {
            tree.contents.release(acquired);
        }
    }

    private void setSize(Node node, FileContent content, long size) throws FsException {
        if (size < 0) {
            throw new FsException(Reason.INVALID, "A size below zero.");
        }
        zeros(node, content, size, Math.max(0, content.size() - size), size);
    }

    void allocate(long handle, long offset, long length, boolean keepSize) throws FsException {
        change(handle, (node, content) -> {
            if (!keepSize && offset + length > content.size()) {
                zeros(node, content, offset, 0, offset + length);
            }
        });
    }

    void punchHole(long handle, long offset, long length) throws FsException {
        change(handle, (node, content) -> {
            long size = content.size();
            zeros(node, content, offset, Math.clamp(size - offset, 0L, length), size);
        });
    }

    /** Within the content's lock, so that sizes are of one moment. */
    private void zeros(Node node, FileContent content, long offset, long length, long size)
            throws FsException {
        tree.mustBeWritable();
        if (size > MAX_SIZE) {
            throw new FsException(Reason.TOO_LARGE, "A file may have 64 TiB.");
        }
        try {
            long now = tree.now();
            long ref = tree.journal.append(Entry.encode(new Zeros(content.id, offset, length, size, now)));
            content.zeroed(offset, length, ref, size, now);
            tree.contentChanged(node, size, now);
        } catch (IOException e) {
            throw Tree.failure(e);
        }
    }
}
