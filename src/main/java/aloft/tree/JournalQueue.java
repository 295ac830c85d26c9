package aloft.tree;

import aloft.state.Journal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings records into the journal in the order in which the tree changed, without the tree's lock being
 * held over the disk: {@link #add} under the lock, {@link #drain} after it.
 */
final class JournalQueue {

    private final Journal journal;
    private final ConcurrentLinkedQueue<byte[]> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock writing = new ReentrantLock();

    JournalQueue(Journal journal) {
        this.journal = journal;
    }

    void add(Entry entry) {
        waiting.add(Entry.encode(entry));
    }

    /** All of it in one record, if that is not too long. */
    void addTogether(List<Entry> entries) {
        List<byte[]> encoded = entries.stream().map(Entry::encode).toList();
        int bytes = encoded.stream().mapToInt(each -> each.length + 8).sum();
        if (encoded.size() > 1 && bytes + 8 <= Journal.MAX_HEAD) {
            add(new Entry.Group(encoded));
        } else {
            waiting.addAll(encoded);
        }
    }

    /**
     * Returns when everything added before is written.
     *
     * @throws IOException when it cannot be; it stays in the queue for the next try
     */
    void drain() throws IOException {
        if (waiting.isEmpty() && !writing.isLocked()) {
            return;
        }
        writing.lock();
        try {
            for (byte[] next = waiting.peek(); next != null; next = waiting.peek()) {
                journal.append(next);
                waiting.remove();
            }
        } finally {
            writing.unlock();
        }
    }
}
