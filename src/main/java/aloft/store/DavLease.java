package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Lets one writer at a time claim an object on a server whose conditional requests are not atomic.
 *
 * <p>
 * A writer puts its bytes under a name of its own beside the object ({@code ~<nonce>}), then a token into
 * the folder {@code ~aloft/lock}, then lists that folder. Only who sees no token but its own goes on: it
 * moves its bytes to the object's name with "Overwrite: F", reads them back, and takes its token away. Of
 * two writers who put their tokens at the same time at least one sees the other; the one whose token does
 * not sort first withdraws and waits.
 *
 * <p>
 * Who does not take its token away in time, by the clock of the one that waits, is put out: first its
 * bytes are deleted and then its token, so that it can never again move what is not there any more. No
 * harm comes from clocks that differ or from a writer that sleeps for a day in between; time decides
 * only how long the others wait. It takes a server that shows in a listing what was put before it, and
 * that moves by renaming; {@link #isSafe} tries the one and half of the other.
 */
final class DavLease {

    static final String OWN = "~aloft";
    static final String FOLDER = OWN + "/lock";

    private static final int TRIES = 3;
    private static final Duration AT_CLOSE = Duration.ofSeconds(5);

    private final Dav dav;
    private final DavListing listing;
    private final DavFolders folders;
    private final Patience patience;

    /** One of our own threads at a time; it stays taken until the token is away. */
    private final Semaphore turn = new Semaphore(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param patience its total is how long a writer waits for the others */
    DavLease(Dav dav, DavFolders folders, Patience patience) {
        this.dav = dav;
        this.listing = new DavListing(dav);
        this.folders = folders;
        this.patience = patience;
    }

    enum Result {
        YES,
        NO,
        /** Others put us out, everything is to be done again. */
        PUT_OUT;

        static Result of(boolean yes) {
            return yes ? YES : NO;
        }
    }

    /** @return false when it was there already */
    boolean claim(String key, byte[] body) throws Failure, InterruptedIOException {
        return alone(key, body, true, writer -> switch (dav.move(writer.bytes(), key, false)) {
            case DONE -> isNow(key, body);
            case CONDITION_FAILED -> Result.NO;
            case NOTHING_THERE -> Result.PUT_OUT;
        });
    }

    /**
     * Replaces the object if it is still the one.
     *
     * @param limit of the old bytes
     * @param inPlace whether a PUT shows all or nothing: a MOVE onto an object deletes that first
     */
    boolean replace(String key, byte[] body, Predicate<byte[]> isStill, int limit, boolean inPlace)
            throws Failure, InterruptedIOException {
        return alone(key, body, false, writer -> {
            Dav.Got old;
            try {
                old = dav.get(key, limit);
            } catch (Failure.Missing e) {
                return Result.NO;
            }
            if (!isStill.test(old.bytes())) {
                return Result.NO;
            }
            if (inPlace) {
                return writer.put(body, old.etag()) ? isNow(key, body) : Result.NO;
            }
            return dav.move(writer.bytes(), key, true) == Dav.Outcome.DONE
                    ? isNow(key, body)
                    : Result.PUT_OUT;
        });
    }

    /** Some servers say that a MOVE was done when there was nothing any more to move. */
    private Result isNow(String key, byte[] body) throws Failure, InterruptedIOException {
        try {
            return Result.of(Arrays.equals(dav.get(key, body.length).bytes(), body));
        } catch (Failure.Damaged e) {
            return Result.NO;
        } catch (Failure.Missing e) {
            return Result.PUT_OUT;
        }
    }

    @FunctionalInterface
    private interface Work {
        Result by(LeaseWriter writer) throws Failure, InterruptedIOException;
    }

    private boolean alone(String key, byte[] body, boolean claim, Work work)
            throws Failure, InterruptedIOException {
        takeTurn();
        var writer = new LeaseWriter(dav, folders, patience, closed, key);
        try {
            while (true) {
                writer.begin(nonce(patience));
                folders.put(writer.bytes(), body);
                Result result = writer.enter(claim);
                if (result == Result.YES) {
                    result = work.by(writer);
                }
                if (result != Result.PUT_OUT) {
                    return result == Result.YES;
                }
                writer.pause();
            }
        } finally {
            Thread.ofVirtual().name("lease").start(() -> leave(writer));
        }
    }

    private void leave(LeaseWriter writer) {
        try {
            writer.clear();
        } catch (Failure | InterruptedIOException e) {
            System.getLogger(DavLease.class.getName())
                    .log(System.Logger.Level.DEBUG, "left behind for others to clear", e);
        } finally {
            turn.release();
        }
    }

    private void takeTurn() throws Failure, InterruptedIOException {
        try {
            if (!turn.tryAcquire(patience.total().toNanos(), TimeUnit.NANOSECONDS)) {
                throw LeaseWriter.busy();
            }
        } catch (InterruptedException e) {
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    /** Waits a moment for what is still being taken away. */
    void close() {
        closed.countDown();
        try {
            if (turn.tryAcquire(AT_CLOSE.toNanos(), TimeUnit.NANOSECONDS)) {
                turn.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A fresh name that no key can have and no other writer takes. */
    static String nonce(Patience patience) {
        byte[] bytes = new byte[16];
        patience.random().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Tries what all this rests on: a listing shows what was put, and a MOVE with "Overwrite: F" leaves
     * alone what is there. A no is asked for again, as all devices must find the same.
     */
    boolean isSafe() throws Failure, InterruptedIOException {
        folders.make(OWN);
        for (int tries = 0; tries < TRIES; tries++) {
            // a folder of its own, where nobody comes and goes
            String folder = OWN + "/try-" + nonce(patience) + "/";
            boolean safe = dav.makeFolder(folder) && isSafe(folder, folder + "1", folder + "2");
            dav.delete(folder);
            if (safe) {
                return true;
            }
        }
        return false;
    }

    private boolean isSafe(String folder, String one, String two) throws Failure, InterruptedIOException {
        return dav.put(one, new byte[]{1}) == Dav.Outcome.DONE
                && dav.put(two, new byte[]{2}) == Dav.Outcome.DONE && shows(folder, "1", "2")
                && dav.move(one, two, false) == Dav.Outcome.CONDITION_FAILED && shows(folder, "1", "2")
                && dav.get(two, 1).bytes()[0] == 2 && dav.delete(two) && shows(folder, "1")
                && dav.move(one, two, false) == Dav.Outcome.DONE && shows(folder, "2")
                && dav.get(two, 1).bytes()[0] == 1 && dav.delete(two)
                && dav.move(one, two, false) == Dav.Outcome.NOTHING_THERE;
    }

    private boolean shows(String folder, String... names) throws Failure, InterruptedIOException {
        return Set.of(names).equals(Set.copyOf(listing.names(folder)));
    }
}
