package aloft.sync;

import aloft.failure.Awaited;
import aloft.failure.Failure;
import aloft.format.Commit;
import aloft.state.Database.Head;
import aloft.vault.Vault;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads the log from a head on, one commit after the other, and asks for the more of them at a time the more
 * there turn out to be. Not thread safe.
 */
final class CommitsAhead implements Closeable {

    private static final int MOST = 16;

    private final Vault vault;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<Future<Optional<byte[]>>> ahead = new ArrayDeque<>();
    /** Seq of the first one that was asked for. */
    private long first;
    private int window = 1;

    CommitsAhead(Vault vault) {
        this.vault = vault;
    }

    /** The commit that follows the head; empty when the log ends there. */
    Optional<Vault.Opened> next(Head head) throws IOException {
        long seq = head.seq() + 1;
        if (seq != first) {
            forget();
            first = seq;
        }
        while (ahead.size() < window) {
            long wanted = first + ahead.size();
            ahead.add(threads.submit(() -> vault.sealed(wanted)));
        }
        Optional<byte[]> object = Awaited.result(ahead.remove(), "reading the log");
        first++;
        if (object.isEmpty()) {
            forget();
            return Optional.empty();
        }
        window = Math.min(2 * window, MOST);
        return Optional.of(open(seq, head.hash(), object.get()));
    }

    private Vault.Opened open(long seq, byte[] previousHash, byte[] object) throws IOException {
        try {
            return vault.open(seq, previousHash, object);
        } catch (Failure.Damaged e) {
            // it may have been damaged on its way
            byte[] again = vault.sealed(seq).orElseThrow(() -> e);
            return vault.open(seq, previousHash, again);
        }
    }

    /** Takes a commit. */
    @FunctionalInterface
    interface Step {
        void apply(Commit commit, byte[] hash) throws IOException;
    }

    /**
     * Hands over what follows a head, up to a seq.
     *
     * @return where it ends: before that when the log does
     */
    Head follow(Head from, long last, Step step) throws IOException {
        Head head = from;
        while (head.seq() < last) {
            Optional<Vault.Opened> next = next(head);
            if (next.isEmpty()) {
                break;
            }
            Commit commit = next.get().commit();
            step.apply(commit, next.get().hash());
            head = new Head(commit.seq(), next.get().hash());
        }
        return head;
    }

    private void forget() {
        ahead.forEach(asked -> asked.cancel(true));
        ahead.clear();
        window = 1;
        first = 0;
    }

    /** Breaks off what is not needed any more. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
