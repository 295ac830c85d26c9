package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/**
 * Lets one at a time replace an object, where a claim is atomic and "If-Match" need not be: who makes
 * {@code ~aloft/lock-<key>} goes first. One that stays is taken away by those who wait, by their own
 * clocks; the condition on the object itself then keeps a writer that slept from doing harm.
 */
final class S3Lock {

    /** A lock that stays this long belongs to a writer that is gone. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    /** Who held it so long does not know any more whether it still does. */
    private static final Duration SURE = Duration.ofSeconds(20);
    private static final int MAX_BYTES = 64;

    private final S3Objects objects;
    private final Patience patience;
    private final CountDownLatch closed = new CountDownLatch(1);

    S3Lock(S3Objects objects, Patience patience) {
        this.objects = objects;
        this.patience = patience;
    }

    @FunctionalInterface
    interface Work {
        boolean run() throws Failure, InterruptedIOException;
    }

    /** @return what the work does, or false when the object it wants is missing */
    boolean alone(String key, Work work) throws Failure, InterruptedIOException {
        String path = "~aloft/lock-" + key.replace('/', '~');
        byte[] mine = DavLease.nonce(patience).getBytes(StandardCharsets.US_ASCII);
        long since = enter(path, mine);
        boolean known = true;
        try {
            return work.run();
        } catch (Failure.Missing e) {
            return false;
        } catch (Failure.Unreachable | InterruptedIOException e) {
            known = false;
            throw e;
        } finally {
            boolean sure = patience.now() - since < SURE.toNanos();
            if (known && sure) {
                objects.delete(path);
            }
        }
    }

    /** @return when it was taken at the earliest */
    private long enter(String path, byte[] mine) throws Failure, InterruptedIOException {
        long start = patience.now();
        byte[] seen = new byte[0];
        long seenSince = start;
        for (int tries = 1;; tries++) {
            long now = patience.now();
            if (objects.claim(path, mine) == S3Objects.Claim.MADE) {
                return now;
            }
            byte[] holder = holder(path);
            if (!Arrays.equals(holder, seen)) {
                seen = holder;
                seenSince = now;
            } else if (now - seenSince > LEASE.toNanos()) {
                objects.delete(path);
            }
            pause(tries, start);
        }
    }

    private byte[] holder(String path) throws Failure, InterruptedIOException {
        try {
            return objects.get(path, MAX_BYTES).bytes();
        } catch (Failure.Missing e) {
            return new byte[0];
        }
    }

    private void pause(int tries, long since) throws Failure, InterruptedIOException {
        var busy = new Failure.Busy("Another device is writing to this place.", Duration.ZERO);
        patience.pause(tries, since, busy, closed);
    }

    void close() {
        closed.countDown();
    }
}
