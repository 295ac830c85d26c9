package aloft.tree;

import aloft.failure.Failure;
import aloft.state.Database;
import aloft.state.Journal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** The contents that are open or have changes. Safe for many threads; its lock is held for no I/O but H2's. */
final class Contents {

    private final Database database;
    private final Journal journal;
    private final Map<Long, FileContent> byId = new HashMap<>();
    /** Of files that were removed here while they were open: read and written until they are closed. */
    private final Set<FileContent> orphans = new HashSet<>();
    private final ReentrantReadWriteLock applying = new ReentrantReadWriteLock();

    Contents(Database database, Journal journal) {
        this.database = database;
        this.journal = journal;
    }

    /** What the tree shows of a file: its size in bytes, its time, and whether the log has it. */
    record Shown(long size, long mtime, boolean inLog) {}

    /** Asks the tree for what it shows. */
    @FunctionalInterface
    interface Look<E extends Exception> {
        Shown now() throws E;
    }

    /**
     * The content of a file, loaded when it is not there yet; {@link #release} gives it back.
     *
     * @param look taken while the tree and the database are of the same commit
     */
    <E extends Exception> FileContent acquire(long id, int blockBits, Look<E> look) throws Failure, E {
        FileContent known = acquireOrNull(id);
        if (known != null) {
            return known;
        }
        applying.readLock().lock();
        try {
            Shown shown = look.now();
            var loaded = new FileContent(id, blockBits, shown.size(), shown.mtime(),
                    shown.inLog() ? database.blocks(id) : List.of(), journal);
            synchronized (this) {
                FileContent content = byId.computeIfAbsent(id, key -> loaded);
                content.handles++;
                return content;
            }
        } finally {
            applying.readLock().unlock();
        }
    }

    /** Nothing is loaded while the tree and the database are not of the same commit. */
    Lock applying() {
        return applying.writeLock();
    }

    private synchronized @Nullable FileContent acquireOrNull(long id) {
        FileContent content = byId.get(id);
        if (content != null) {
            content.handles++;
        }
        return content;
    }

    synchronized @Nullable FileContent contentOrNull(long id) {
        return byId.get(id);
    }

    /** Puts a content with changes there, as after a restart, or one that became that of another file. */
    synchronized void adopt(FileContent content) {
        byId.put(content.id, content);
    }

    synchronized void release(FileContent content) {
        content.handles--;
        if (content.handles <= 0) {
            orphans.remove(content);
        }
        tidy(content);
    }

    /** The entry is gone for good: once nobody has it open, nothing of it is kept. */
    synchronized void removed(long id) {
        FileContent content = byId.remove(id);
        if (content != null) {
            content.orphan();
            if (content.handles > 0) {
                orphans.add(content);
            }
        }
    }

    /** A content belongs to another node now; whoever has it open has that one. */
    synchronized void moved(long from, long to) {
        FileContent content = byId.remove(from);
        if (content != null) {
            byId.put(to, content);
        }
    }

    /** Lets a content go that nobody has open and that has no changes. */
    synchronized void tidy(FileContent content) {
        if (content.handles <= 0 && !content.isDirty()) {
            byId.remove(content.id, content);
        }
    }

    /** Whether an open file is no longer what its name leads to, since the log brought something else. */
    synchronized boolean isDetached(FileContent content) {
        return byId.get(content.id) != content;
    }

    /**
     * Another content came from the log, or the end of the file: those who have the old one open keep it.
     *
     * @param home where the file was; null when it is there still, with the other content
     */
    synchronized void replaced(long id, @Nullable Home home) {
        FileContent content = byId.remove(id);
        if (content != null) {
            content.home = home;
        }
    }

    synchronized boolean isOpen(long id) {
        FileContent content = byId.get(id);
        return content != null && content.handles > 0;
    }

    synchronized List<FileContent> all() {
        return new ArrayList<>(byId.values());
    }

    /** The oldest journal record that any content needs. */
    long oldestRef() {
        List<FileContent> all = all();
        synchronized (this) {
            all.addAll(orphans);
        }
        return all.stream().mapToLong(FileContent::oldestRef).min().orElse(Long.MAX_VALUE);
    }
}
