package aloft.tree;

import aloft.failure.Failure;
import aloft.state.Database;
import aloft.state.Journal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** The contents that are open or have changes. Safe for many threads; its lock is held for no I/O but H2's. */
final class Contents {

    private final Database database;
    private final Journal journal;
    private final Map<Long, Held> byId = new HashMap<>();

    private final ReentrantReadWriteLock applying = new ReentrantReadWriteLock();

    private static final class Held {
        final FileContent content;
        int handles;

        Held(FileContent content) {
            this.content = content;
        }
    }

    Contents(Database database, Journal journal) {
        this.database = database;
        this.journal = journal;
    }

    /**
     * The content of a file, loaded when it is not there yet; {@link #release} gives it back.
     *
     * @param size  the size the tree shows
     * @param mtime the time the tree shows
     */
    FileContent acquire(long id, int blockBits, long size, long mtime, boolean inLog) throws Failure {
        FileContent known = acquireOrNull(id);
        if (known != null) {
            return known;
        }
        applying.readLock().lock();
        try {
            var loaded = new FileContent(id, blockBits, size, mtime, inLog ? database.blocks(id) : List.of(),
                    journal);
            synchronized (this) {
                Held held = byId.computeIfAbsent(id, key -> new Held(loaded));
                held.handles++;
                return held.content;
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
        Held held = byId.get(id);
        if (held == null) {
            return null;
        }
        held.handles++;
        return held.content;
    }

    synchronized @Nullable FileContent contentOrNull(long id) {
        Held held = byId.get(id);
        return held == null ? null : held.content;
    }

    /** Puts a content with changes there, as after a restart. */
    synchronized void adopt(FileContent content) {
        byId.put(content.id, new Held(content));
    }

    void release(FileContent content) {
        synchronized (this) {
            Held held = byId.get(content.id);
            if (held != null && held.content == content) {
                held.handles = Math.max(0, held.handles - 1);
                tidy(content);
            }
        }
    }

    /** The entry is gone for good: once nobody has it open, nothing of it is kept. */
    synchronized void removed(long id) {
        Held held = byId.get(id);
        if (held != null) {
            held.content.orphan();
            if (held.handles == 0) {
                byId.remove(id);
            }
        }
    }

    /** A content belongs to another node now; whoever has it open has that one. */
    synchronized void moved(long from, long to) {
        Held held = byId.remove(from);
        if (held != null) {
            byId.put(to, held);
        }
    }

    /** Lets a content go that nobody has open and that has no changes. */
    synchronized void tidy(FileContent content) {
        Held held = byId.get(content.id);
        if (held != null && held.content == content && held.handles == 0 && !content.isDirty()) {
            byId.remove(content.id);
        }
    }

    /** Whether an open file is no longer what its name leads to, since the log brought other content. */
    synchronized boolean isDetached(FileContent content) {
        Held held = byId.get(content.id);
        return held == null || held.content != content;
    }

    /** Another content came from the log: those who have the old one open keep it. */
    synchronized void replaced(long id) {
        byId.remove(id);
    }

    synchronized boolean isOpen(long id) {
        Held held = byId.get(id);
        return held != null && held.handles > 0;
    }

    synchronized List<FileContent> all() {
        List<FileContent> all = new ArrayList<>(byId.size());
        byId.values().forEach(held -> all.add(held.content));
        return all;
    }

    /** The oldest journal record that any content needs. */
    long oldestRef() {
        return all().stream().mapToLong(FileContent::oldestRef).min().orElse(Long.MAX_VALUE);
    }
}
