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
import java.util.concurrent.ConcurrentHashMap;
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
    /** Those that went up and may not be in a commit yet. */
    private final Set<FileContent> up = ConcurrentHashMap.newKeySet();
    private final ReentrantReadWriteLock applying = new ReentrantReadWriteLock();

    Contents(Database database, Journal journal) {
        this.database = database;
        this.journal = journal;
    }

    /**
     * What the tree shows of a file.
     *
     * @param inLog whether the log has it
     */
    record Shown(long id, int blockBits, long size, long mtime, boolean inLog) {
        static Shown of(Node node) {
            return new Shown(node.id, node.blockBits, node.size, node.mtime, node.version != 0);
        }
    }

    /** A content as the database has it; under {@link #loading}, which what is shown was asked under too. */
    FileContent load(Shown shown) throws Failure {
        return new FileContent(shown.id(), shown.blockBits(), shown.size(), shown.mtime(),
                shown.inLog() ? database.blocks(shown.id()) : List.of(), journal);
    }

    /** The content of its file that is there already, else this one; {@link #release} gives it back. */
    synchronized FileContent acquire(FileContent loaded) {
        FileContent content = byId.computeIfAbsent(loaded.id, id -> loaded);
        content.handles++;
        return content;
    }

    /** Held while a content is loaded. */
    Lock loading() {
        return applying.readLock();
    }

    /** Nothing is loaded while the tree and the database are not of the same commit. */
    Lock applying() {
        return applying.writeLock();
    }

    synchronized @Nullable FileContent acquireOrNull(long id) {
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

    /** All of it as it was at some moment is in the store. */
    void wentUp(FileContent content) {
        up.add(content);
    }

    /** What can be committed, by the file's id; takes the locks of those that went up. */
    Map<Long, Ready> ready() {
        Map<Long, Ready> found = new HashMap<>();
        for (FileContent content : List.copyOf(up)) {
            up.remove(content); // first, as it may go up once more this moment
            Ready ready = content.readyOrNull();
            if (ready != null && contentOrNull(content.id) == content) {
                up.add(content);
                found.put(content.id, ready);
            }
        }
        return found;
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
