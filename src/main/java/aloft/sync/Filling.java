package aloft.sync;

import aloft.failure.Failure;
import aloft.format.Commit;
import aloft.state.Database;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fills an empty database from the cloud while the tree is in use already: the tree needs the entries alone,
 * which come first. Until it is done, who asks the database waits. Safe for many threads.
 */
final class Filling implements Closeable {

    private static final System.Logger LOG = System.getLogger(Filling.class.getName());
    private static final long AGAIN_SECONDS = 5;

    private final Checkpoints checkpoints;
    private final Database database;
    private final CompletableFuture<Entries> entries = new CompletableFuture<>();
    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("fill").unstarted(this::run);

    /** What the newest checkpoint says, and the commit that it ends with. */
    record Entries(Database.Head head, FirstRows rows) {}

    /** @param commit null when there are no more */
    private record Step(@Nullable Commit commit, byte[] hash, int device) {}

    Filling(Checkpoints checkpoints, Database database) {
        this.checkpoints = checkpoints;
        this.database = database;
    }

    /** Begins; returns when the entries of the newest checkpoint are there. */
    Entries begin() throws IOException {
        database.reserveFor(thread);
        thread.start();
        try {
            return entries.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the entries came");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        }
    }

    /** A commit that follows. */
    void add(Commit commit, byte[] hash) {
        steps.add(new Step(commit, hash, 0));
    }

    /**
     * That was all.
     *
     * @param device this device's number, 0 when the log does not have it
     */
    void end(int device) {
        steps.add(new Step(null, new byte[0], device));
    }

    private void run() {
        Failure why = null;
        try {
            load();
            checkpoints.follow(entries.join().head());
            follow();
        } catch (InterruptedIOException | InterruptedException e) {
            entries.completeExceptionally(e);
            database.release(new Failure.Unreachable("The drive is being closed.", e));
            return;
        } catch (Failure failure) {
            why = failure;
        } catch (IOException | RuntimeException e) {
            why = new Failure.Damaged(
                    "The list of what the files hold cannot be read: mount the drive again.",
                    e);
        }
        if (why != null) {
            entries.completeExceptionally(why);
            LOG.log(Level.WARNING, "The database was not filled: " + why.getMessage(), why);
        }
        database.release(why);
    }

    private void load() throws IOException, InterruptedException {
        while (true) {
            try {
                checkpoints.load((head, rows) -> entries.complete(new Entries(head, rows)));
                return;
            } catch (Failure.Unreachable | Failure.Busy e) {
                if (!entries.isDone()) {
                    throw e;
                }
                LOG.log(Level.INFO, "The cloud stopped answering while the database was filled; again soon.");
                TimeUnit.SECONDS.sleep(AGAIN_SECONDS);
            }
        }
    }

    private void follow() throws IOException, InterruptedException {
        while (true) {
            Step step = steps.take();
            Commit commit = step.commit();
            if (commit == null) {
                if (step.device() > 0) {
                    SyncEngine.keepDevice(database, step.device());
                }
                return;
            }
            database.apply(commit, step.hash());
        }
    }

    /** Gives up what is not done; the next start fills the database anew. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
