package aloft.sync;

import aloft.failure.Failure;
import aloft.state.Database.Head;
import aloft.vault.Vault;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
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
        Optional<byte[]> object = result(ahead.remove());
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

    private void forget() {
        ahead.forEach(asked -> asked.cancel(true));
        ahead.clear();
        window = 1;
        first = 0;
    }

    private static <T> T result(Future<T> asked) throws IOException {
        try {
            return asked.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading the log");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Failure failure -> throw failure;
                case IOException other -> throw other;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    /** Breaks off what is not needed any more. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
