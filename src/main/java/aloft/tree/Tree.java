package aloft.tree;

import aloft.failure.Failure;
import aloft.state.Database;
import aloft.state.Journal;
import aloft.tree.Entry.NodeState;
import aloft.tree.FsException.Reason;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The tree's lock and what it guards. Under it only memory is touched; a change is in the journal when
 * {@link #change} returns.
 */
final class Tree {

    /** A record holds about this much at most; what belongs together in one operation is far smaller. */
    private static final int RECORD_BYTES = 256 << 10;
    private static final int STATES_AT_ONCE = 2_000;

    final Journal journal;
    final Database database;
    final Contents contents;
    final Namespace names;
    final InstantSource clock;
    final NodeIds ids;
    final Pins pins;
    private final JournalQueue queue;
    /** Under the lock. */
    private final List<Entry> moved = new ArrayList<>();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile Runnable onChange = () -> {};
    private volatile @Nullable String readOnly;

    /** Something done under the lock. */
    @FunctionalInterface
    interface Look<T extends @Nullable Object> {
        T in(Namespace names) throws FsException;
    }

    /** A change under the lock; {@code now} in nanoseconds since 1970. */
    @FunctionalInterface
    interface Change<T extends @Nullable Object> {
        T in(Namespace names, long now) throws FsException;
    }

    Tree(Journal journal, Database database, Contents contents, Namespace names, NodeIds ids,
            InstantSource clock, Pins pins) {
        this.journal = journal;
        this.database = database;
        this.contents = contents;
        this.names = names;
        this.ids = ids;
        this.clock = clock;
        this.pins = pins;
        this.queue = new JournalQueue(journal);
    }

    void onChange(Runnable listener) {
        onChange = listener;
    }

    void readOnly(@Nullable String why) {
        readOnly = why;
    }

    @Nullable
    String readOnly() {
        return readOnly;
    }

    long now() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    <T extends @Nullable Object> T look(Look<T> look) throws FsException {
        lock.readLock().lock();
        try {
            return look.in(names);
        } finally {
            lock.readLock().unlock();
        }
    }

    <T extends @Nullable Object> T change(Change<T> change) throws FsException {
        mustBeWritable();
        T result;
        lock.writeLock().lock();
        try {
            try {
                result = change.in(names, now());
            } finally {
                record();
            }
        } finally {
            lock.writeLock().unlock();
        }
        drain();
        onChange.run();
        return result;
    }

    /** The same for changes that come from the log, whatever the drive accepts from users. */
    <T extends @Nullable Object> T apply(Change<T> change) throws IOException {
        T result;
        lock.writeLock().lock();
        try {
            result = change.in(names, now());
            record();
        } catch (FsException e) {
            throw new IllegalStateException(e);
        } finally {
            lock.writeLock().unlock();
        }
        queue.drain();
        return result;
    }

    /** Bookkeeping; what has to be recorded of it is written by the next drain. */
    <T extends @Nullable Object> T locked(Function<Namespace, T> step) {
        lock.writeLock().lock();
        try {
            T result = step.apply(names);
            record();
            return result;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** A change of size and time that a content record in the journal speaks of already. */
    void contentChanged(Node node, long size, long mtime) {
        lock.writeLock().lock();
        try {
            if (node.parent != null) {
                names.touchContent(node);
            }
            node.size = size;
            node.mtime = mtime;
            node.ctime = mtime;
        } finally {
            lock.writeLock().unlock();
        }
        onChange.run();
    }

    void mustBeWritable() throws FsException {
        String why = readOnly;
        if (why != null) {
            throw new FsException(Reason.READ_ONLY, why);
        }
    }

    /**
     * Writes down that a content becomes that of a file, in as many records as it takes.
     *
     * @return ref of the first
     */
    long append(Entry.Moved moved) throws IOException {
        long first = -1;
        for (Entry part : Entry.parts(moved)) {
            long ref = journal.append(Entry.encode(part));
            first = first < 0 ? ref : first;
        }
        return first;
    }

    private void record() {
        List<Entry> entries = new ArrayList<>(moved);
        moved.clear();
        List<Long> cleaned = names.takeCleaned();
        if (!cleaned.isEmpty()) {
            entries.add(new Entry.Clean(names.stamp(), cleaned));
        }
        addStates(names.stamp(), names.takeTouched(), entries);
        queue.addTogether(entries);
    }

    private void addStates(long stamp, List<Long> ids, List<Entry> entries) {
        List<NodeState> states = new ArrayList<>();
        int bytes = 0;
        for (long id : ids) {
            Node node = names.nodeOrNull(id);
            if (node != names.root()) {
                states.add(new NodeState(id, node == null ? null : node.row()));
                bytes += node == null ? 9 : bytes(node);
            }
            if (bytes > RECORD_BYTES) {
                entries.add(new Entry.Nodes(stamp, states));
                states = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!states.isEmpty()) {
            entries.add(new Entry.Nodes(stamp, states));
        }
    }

    /** Writes the states of entries that lie in records before {@code to} once more, as of the same change. */
    void renewStates(long to) throws IOException {
        List<Long> old = locked(names -> names.intents()
                .stream()
                .filter(intent -> intent.ref < to)
                .map(intent -> intent.id)
                .toList());
        for (int from = 0; from < old.size(); from += STATES_AT_ONCE) {
            List<Long> some = old.subList(from, Math.min(from + STATES_AT_ONCE, old.size()));
            locked(names -> {
                renewStates(some, to);
                return null;
            });
            queue.drain();
        }
    }

    /** The same for one entry, if the journal has a state of it. */
    void renewState(long id) throws IOException {
        locked(names -> {
            renewStates(List.of(id), Long.MAX_VALUE);
            return null;
        });
        queue.drain();
    }

    private void renewStates(List<Long> ids, long to) {
        Map<Long, List<Long>> byStamp = new LinkedHashMap<>();
        for (long id : ids) {
            Intent intent = names.intentOrNull(id);
            if (intent != null && intent.ref < to) {
                intent.ref = journal.end();
                byStamp.computeIfAbsent(intent.stamp, stamp -> new ArrayList<>()).add(id);
            }
        }
        List<Entry> entries = new ArrayList<>();
        byStamp.forEach((stamp, same) -> addStates(stamp, same, entries));
        queue.addTogether(entries);
    }

    /** Within {@link #apply}: recorded together with what else it does. */
    void moved(Entry.Moved entry) {
        moved.addAll(Entry.parts(entry));
    }

    /** Of its row in a record, about. */
    private static int bytes(Node node) {
        int target = node.target == null ? 0 : node.target.length();
        return node.xattrs.values().stream().mapToInt(value -> value.length + 300).sum() + target + 600;
    }

    private void drain() throws FsException {
        try {
            queue.drain();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Everything done so far is on the disk for good. */
    void sync() throws IOException {
        queue.drain();
        journal.sync();
    }

    /** Deletes journal files that nothing needs. */
    void trim(long attemptRef) throws IOException {
        long end = journal.end();
        long oldest = Math.min(attemptRef, contents.oldestRef());
        lock.readLock().lock();
        try {
            for (Intent intent : names.intents()) {
                oldest = Math.min(oldest, intent.ref);
            }
        } finally {
            lock.readLock().unlock();
        }
        journal.forgetBefore(pins.oldestRef(Math.min(end, oldest)));
    }

    static FsException failure(IOException e) {
        Reason reason = switch (e) {
            case Failure.Full full -> Reason.NO_SPACE;
            case Failure.ReadOnly readOnly -> Reason.READ_ONLY;
            case Failure.Unreachable unreachable -> Reason.IO;
            case java.io.InterruptedIOException interrupted -> Reason.INTERRUPTED;
            default -> Reason.IO;
        };
        return new FsException(reason, String.valueOf(e.getMessage()), e);
    }
}
