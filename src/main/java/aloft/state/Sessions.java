package aloft.state;

import aloft.failure.Failure;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The sessions of one database file, lent out one at a time. Thread safe. */
final class Sessions implements AutoCloseable {

    /** What is done within a transaction. */
    @FunctionalInterface
    interface Work<T> {
        T in(Session session) throws SQLException, Failure;
    }

    private static final int KEPT = 8;

    private final String url;
    private final String password;
    private final ConcurrentLinkedQueue<Session> idle = new ConcurrentLinkedQueue<>();
    /** Keeps the database open; null after H2 gave it up, until the next call opens it anew. */
    @GuardedBy("this")
    private @Nullable Session anchor;
    @GuardedBy("this")
    private boolean closed;

    /**
     * @param file without its suffix
     * @param key  of the database
     */
    Sessions(Path file, byte[] key) throws Failure {
        if (file.toString().contains(";")) {
            throw new Failure.Refused(
                    "The name of " + file.getParent() + " has a ';' in it. Choose another folder.",
                    null);
        }
        // async: an interrupt of a thread within H2 does not close the file for all
        this.url = "jdbc:h2:async:" + file.toAbsolutePath()
                + ";CIPHER=AES;FILE_LOCK=NO;WRITE_DELAY=0;CACHE_SIZE=16384;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
                + ";TRACE_LEVEL_SYSTEM_OUT=0;LAZY_QUERY_EXECUTION=1;MAX_COMPACT_TIME=100;LOCK_TIMEOUT=60000";
        byte[] derived = LogFile.derive(key, new byte[0],
                "aloft1/database".getBytes(StandardCharsets.US_ASCII));
        this.password = HexFormat.of().formatHex(derived) + " aloft";
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
            discard(session);
            throw failure(e);
        } catch (RuntimeException | Failure e) {
            discard(session);
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

    private synchronized Session openAnother() throws SQLException {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (anchor == null) {
            anchor = open();
        }
        return open();
    }

    private Session open() throws SQLException {
        return new Session(DriverManager.getConnection(url, "aloft", password));
    }

    private void giveBack(Session session) throws SQLException {
        if (idle.size() < KEPT) {
            idle.add(session);
        } else {
            session.close();
        }
    }

    /** Closing rolls back. After a write that failed H2 closes the database, and with it all sessions. */
    private void discard(Session session) {
        close(session);
        synchronized (this) {
            if (anchor != null && !anchor.isOpen()) {
                close(anchor);
                anchor = null;
                closeIdle();
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

    static Failure failure(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("No space left")) {
                return new Failure.Full("The disk is full: the local database cannot be written.", e);
            }
        }
        return new Failure.Damaged("The local database cannot be used: " + e.getMessage(), e);
    }

    /** Closes the file whoever still uses it, with everything on the disk. */
    synchronized void shutDown() throws Failure {
        try (Session session = borrow()) {
            session.execute("CHECKPOINT SYNC");
            session.execute("SHUTDOWN");
        } catch (SQLException e) {
            throw failure(e);
        }
        close();
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeIdle();
        if (anchor != null) {
            close(anchor);
        }
    }
}
