package aloft.tree;

import aloft.state.Journal;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** What is always kept on this device, by node id, remembered in the journal. Safe for many threads. */
final class Pins {

    /** Of the journal that may lie between the record and its end. */
    private static final long MUCH = 64L << 20;

    private final Journal journal;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Set<Long> ids;
    @GuardedBy("lock")
    private long ref;

    /** @param ref of the record that says so */
    Pins(Journal journal, Set<Long> ids, long ref) {
        this.journal = journal;
        this.ids = Set.copyOf(ids);
        this.ref = ref;
    }

    Set<Long> ids() {
        return ids;
    }

    boolean contains(long id) {
        return ids.contains(id);
    }

    /** On the disk for good when this returns. */
    void set(long id, boolean pinned) throws IOException {
        lock.lock();
        try {
            Set<Long> next = new HashSet<>(ids);
            if (pinned ? next.add(id) : next.remove(id)) {
                write(next);
                ids = Set.copyOf(next);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What lies before this of the journal is not needed for the pins, if not for anything else before {@code oldest}. */
    long oldestRef(long oldest) throws IOException {
        lock.lock();
        try {
            if (!ids.isEmpty() && oldest - ref > MUCH) {
                write(ids);
            }
            return ids.isEmpty() ? oldest : Math.min(oldest, ref);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void write(Set<Long> next) throws IOException {
        List<Long> sorted = new ArrayList<>(next);
        sorted.sort(null);
        long written = journal.append(Entry.encode(new Entry.Pinned(sorted)));
        journal.sync();
        ref = written;
    }
}
