package aloft.tree;

import aloft.failure.Failure;
import aloft.state.Journal;
import aloft.tree.Entry.Attempt;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Commits of ours that may or may not be in the log: the journal has each of them until it has what became of it.
 * Safe for many threads.
 */
final class Attempts {

    private final Journal journal;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Tried> open = new HashMap<>();

    /** An attempt whose outcome is not known, and its place in the journal. */
    record Tried(Attempt attempt, long ref) {}

    /** @param open of before a restart */
    Attempts(Journal journal, List<Tried> open) {
        this.journal = journal;
        open.forEach(tried -> this.open.put(key(tried.attempt().hash()), tried));
    }

    private static String key(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }

    /** Not on the disk for good yet when this returns. */
    void begin(Attempt attempt) throws Failure {
        lock.lock();
        try {
            open.put(key(attempt.hash()), new Tried(attempt, journal.append(Entry.encode(attempt))));
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Attempt openOrNull(byte[] hash) {
        lock.lock();
        try {
            Tried tried = open.get(key(hash));
            return tried == null ? null : tried.attempt();
        } finally {
            lock.unlock();
        }
    }

    boolean anyOpen() {
        lock.lock();
        try {
            return !open.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** It is in the log and in the database. */
    void done(byte[] hash) throws Failure {
        lock.lock();
        try {
            journal.append(Entry.encode(new Entry.Done(hash)));
            open.remove(key(hash));
        } finally {
            lock.unlock();
        }
    }

    /** Attempts at slots that are taken by now came to nothing. */
    void dropOlder(long seq) {
        lock.lock();
        try {
            open.values().removeIf(tried -> tried.attempt().seq() <= seq);
        } finally {
            lock.unlock();
        }
    }

    /** Writes those that lie before {@code to} once more, each before what settles it. */
    void renew(long to) throws Failure {
        lock.lock();
        try {
            for (Map.Entry<String, Tried> each : open.entrySet()) {
                Attempt attempt = each.getValue().attempt();
                if (each.getValue().ref() < to) {
                    each.setValue(new Tried(attempt, journal.append(Entry.encode(attempt))));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The oldest record that is needed; {@link Long#MAX_VALUE} for none. */
    long oldestRef() {
        lock.lock();
        try {
            Collection<Tried> all = open.values();
            return all.stream().mapToLong(Tried::ref).min().orElse(Long.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }
}
