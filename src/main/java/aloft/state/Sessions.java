package aloft.state;

import aloft.failure.Failure;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.h2.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/** The sessions of one database file, lent out one at a time. Thread safe. */
final class Sessions implements AutoCloseable {

    /** What is done within a transaction. */
    @FunctionalInterface
    interface Work<T> {
        T in(Session session) throws SQLException, Failure;
    }

    private static final int KEPT = 8;
    /*-
     * WRITE_DELAY=0: a commit is with the operating system when it returns, and H2 starts no thread.
     * FILE_LOCK=NO: SealedFile has a lock that ends with the process; H2 would leave a file behind.
     * MAX_MEMORY_ROWS: a large result would go to an open file in /tmp.
     * RETENTION_TIME=0: the order of writes in SealedFile makes old chunks needless, not the time.
     * MAX_COMPACT_TIME=0: Upkeep compacts on the way, so that closing is quick.
     */
    private static final String SETTINGS = ";FILE_LOCK=NO;WRITE_DELAY=0;RETENTION_TIME=0;CACHE_SIZE=16384;DB_CLOSE_ON_EXIT=FALSE"
            + ";TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0;LAZY_QUERY_EXECUTION=1;MAX_MEMORY_ROWS=2000000000"
            + ";MAX_COMPACT_TIME=0;LOCK_TIMEOUT=60000";

    private final String url;
    private final long place;
    private final ConcurrentLinkedQueue<Session> idle = new ConcurrentLinkedQueue<>();
    /** Keeps the database open; null after H2 gave it up, until the next call opens it anew. */
    @GuardedBy("this")
    private @Nullable Session anchor;
    /** Why it is not opened any more. */
    @GuardedBy("this")
    private @Nullable Failure broken;

    /**
     * @param name of the database, without suffix
     * @param key  of the database
     * @param ordered whether it must be whole after the end of the power
     */
    Sessions(Disk disk, Path folder, String name, byte[] key, boolean ordered) {
        this.place = SealedPath.add(disk, folder, key, ordered, new SecureRandom());
        this.url = "jdbc:h2:" + SealedPath.address(place, name) + SETTINGS;
    }

    /** Commits when the work is done, rolls back when it fails. */
    <T> T with(Work<T> work) throws Failure {
        Session session = borrow();
        try {
            T result = work.in(session);
            session.commit();
            giveBack(session);
            return result;
        } catch (SQLException e) {
            Failure failure = failure(e);
            discard(session, failure);
            throw failure;
        } catch (RuntimeException | Failure e) {
            close(session);
            throw e;
        }
    }

    /** For work that is longer than a call; to be closed. */
    Session borrow() throws Failure {
        Session session = idle.poll();
        if (session != null) {
            return session;
        }
        try {
            return openAnother();
        } catch (SQLException | RuntimeException e) {
            throw failure(e);
        }
    }

    private synchronized Session openAnother() throws SQLException, Failure {
        if (broken != null) {
            throw broken;
        }
        if (anchor == null) {
            anchor = open();
        }
        return open();
    }

    private Session open() throws SQLException {
        return new Session(DriverManager.getConnection(url, "aloft", ""));
    }

    private void giveBack(Session session) throws SQLException {
        if (idle.size() < KEPT) {
            idle.add(session);
        } else {
            session.close();
        }
    }

    /**
     * Closing rolls back. After some failures H2 closes the database, and with it all sessions. A full disk passes, and
     * the next call opens the file anew; after any other failure nobody knows what the disk has.
     */
    private void discard(Session session, Failure failure) {
        close(session);
        synchronized (this) {
            if (anchor != null && !anchor.isOpen()) {
                close(anchor);
                anchor = null;
                closeIdle();
                broken = failure instanceof Failure.Full ? null : failure;
            }
        }
    }

    private void closeIdle() {
        for (Session session = idle.poll(); session != null; session = idle.poll()) {
            close(session);
        }
    }

    static void close(Session session) {
        try {
            session.close();
        } catch (SQLException e) {
            System.getLogger(Sessions.class.getName()).log(System.Logger.Level.DEBUG, "closing a session", e);
        }
    }

    /** Returns when everything is on the disk. */
    void sync() throws Failure {
        with(session -> {
            session.execute("CHECKPOINT SYNC");
            return true;
        });
    }

    static Failure failure(Exception e) {
        if (e instanceof SQLException error && error.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
            return new Failure.Refused("The local database is in use by another process.", e);
        }
        Throwable root = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root instanceof Disk.NoSpace
                ? new Failure.Full("The disk is full: the local database cannot be written.", e)
                : new Failure.Damaged("The local database cannot be used: " + root.getMessage() + ".", e);
    }

    @Override
    public synchronized void close() {
        broken = new Failure.Refused("The local database is closed.", null);
        closeIdle();
        if (anchor != null) {
            close(anchor);
        }
        SealedPath.remove(place);
    }
}
