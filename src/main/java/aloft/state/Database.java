package aloft.state;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the vault as of the last commit that was applied, with their history; and small values.
 * One encrypted H2 file.
 *
 * <p>
 * What a method wrote survives the end of the process when it returns, and the loss of power after
 * {@link #sync}. Thread safe. A consumer must not write to the database. Every method throws
 * {@link Failure.Damaged} when the file cannot be used, {@link Failure.Full} when the disk is full; then
 * nothing of the call was done.
 */
public final class Database implements Closeable {

    /** @param seq 0, with a hash of zeros, before the first commit */
    public record Head(long seq, byte[] hash) {
        public static final Head NONE = new Head(0, new byte[32]);
    }

    /** Knows what files hold while the database is reserved. Safe for many threads. */
    @FunctionalInterface
    public interface Meanwhile {
        /**
         * A file's blocks by index, as of the commit that the database will have when it is released.
         *
         * @return empty when the database is to be waited for
         */
        Optional<List<BlockRow>> blocks(long file) throws Failure;
    }

    /** Commits whose hash is remembered at least. */
    public static final int HASHES_KEPT = 1_000;

    static final String NAME = "aloft";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Meanwhile NONE = _ -> Optional.empty();
    private static final String LOADING = "aloft-loading";
    private static final String SUFFIX = ".mv.db";

    private final Path folder;
    private final byte[] key;
    /** One writer at a time. Taken before {@code swapping}. */
    private final ReentrantLock writing = new ReentrantLock();
    /** Held for writing while the file is replaced. */
    private final ReentrantReadWriteLock swapping = new ReentrantReadWriteLock();
    private final Gate gate = new Gate(PATIENCE);
    private volatile Meanwhile meanwhile = NONE;
    private Sessions sessions;

    private Database(Path folder, byte[] key, Sessions sessions) {
        this.folder = folder;
        this.key = key.clone();
        this.sessions = sessions;
    }

    /**
     * Opens the database in a folder that exists; makes one when there is none.
     *
     * @param key 32 bytes
     * @throws Failure.Damaged when the file cannot be read or has another key: {@link #delete} and fill it anew
     * @throws Failure.TooNew  when a newer version of the program made it
     */
    public static Database open(Path folder, byte[] key) throws Failure {
        deleteFile(folder, LOADING);
        return new Database(folder, key, openFile(folder, NAME, key, true));
    }

    /** Deletes the database in a folder, if there is one; it must not be open. */
    public static void delete(Path folder) throws Failure {
        deleteFile(folder, LOADING);
        deleteFile(folder, NAME);
    }

    private static void deleteFile(Path folder, String name) throws Failure {
        try {
            Files.deleteIfExists(folder.resolve(name + SUFFIX));
        } catch (IOException e) {
            throw Sessions.failure(e);
        }
    }

    private static Sessions openFile(Path folder, String name, byte[] key, boolean indexes) throws Failure {
        var sessions = new Sessions(folder.resolve(name), key);
        try {
            sessions.with(session -> {
                Schema.upgrade(session, Schema.STEPS);
                if (indexes) {
                    Schema.index(session);
                }
                return true;
            });
            return sessions;
        } catch (Failure | RuntimeException e) {
            sessions.close();
            throw e;
        }
    }

    /** From now on the calls of other threads wait, half a minute at most, until {@link #release}. */
    public void reserveFor(Thread thread) {
        gate.reserveFor(thread);
    }

    /** Until all is well, {@link #blocks(long)} asks here instead of waiting. */
    public void answerMeanwhile(Meanwhile answers) {
        meanwhile = answers;
    }

    /** @param why what everybody is told from now on; null when all is well */
    public void release(@Nullable Failure why) {
        gate.release(why);
        if (why == null) {
            meanwhile = NONE;
        }
    }

    /** Waits until the database is released, as every call does. */
    public void await() throws Failure {
        gate.pass();
    }

    private <T> T read(Sessions.Work<T> work) throws Failure {
        gate.pass();
        swapping.readLock().lock();
        try {
            return sessions.with(work);
        } finally {
            swapping.readLock().unlock();
        }
    }

    private <T> T write(Sessions.Work<T> work) throws Failure {
        gate.pass(); // not under the lock, which who holds the gate may want
        writing.lock();
        try {
            return read(work);
        } finally {
            writing.unlock();
        }
    }

    /** The last commit that was applied. */
    public Head head() throws Failure {
        return read(Database::head);
    }

    static Head head(Session session) throws SQLException {
        Head head = session.firstOrNull(row -> new Head(row.getLong(1), row.getBytes(2)),
                "SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1");
        return head == null ? Head.NONE : head;
    }

    /** SHA-256 of a commit; known of the last {@link #HASHES_KEPT} that were applied since the last load. */
    public Optional<byte[]> hashAt(long seq) throws Failure {
        return read(session -> Optional.ofNullable(
                session.firstOrNull(row -> row.getBytes(1), "SELECT hash FROM log WHERE seq = ?", seq)));
    }

    /**
     * Applies a commit, all of it or nothing; rows that it supersedes become history.
     *
     * @param hash SHA-256 of the commit's object
     * @throws IllegalStateException when it does not follow the head
     */
    public void apply(Commit commit, byte[] hash) throws Failure {
        write(session -> {
            long head = head(session).seq();
            if (commit.seq() != head + 1) {
                throw new IllegalStateException("commit " + commit.seq() + " does not follow " + head);
            }
            new CommitWriter(session, commit).write(hash);
            return true;
        });
    }

    /** Begins to replace all rows; see {@link Load}. */
    public Load load() throws Failure {
        deleteFile(folder, LOADING);
        return new Load(openFile(folder, LOADING, key, false), this::replaceBy);
    }

    /** Puts what was loaded in the place of all that was here, except values. */
    private void replaceBy(Sessions loaded, Head head) throws Failure {
        writing.lock();
        swapping.writeLock().lock();
        try {
            Map<String, byte[]> values = sessions.with(Database::values);
            loaded.with(session -> {
                session.update("INSERT INTO log (seq, hash, time, device) VALUES (?, ?, 0, 0)", head.seq(),
                        head.hash());
                for (var value : values.entrySet()) {
                    session.update("INSERT INTO setting (name, content) VALUES (?, ?)", value.getKey(),
                            value.getValue());
                }
                return true;
            });
            loaded.shutDown();
            sessions.shutDown();
            Path file = folder.resolve(NAME + SUFFIX);
            try {
                Files.move(folder.resolve(LOADING + SUFFIX), file, StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
                new LocalDisk().syncFolder(folder);
            } catch (IOException e) {
                throw Sessions.failure(e);
            } finally {
                sessions = openFile(folder, NAME, key, true);
            }
        } finally {
            swapping.writeLock().unlock();
            writing.unlock();
        }
    }

    /** Every node row, in no order. */
    public void nodes(Consumer<NodeRow> to) throws Failure {
        read(session -> {
            session.query(row -> to.accept(Rows.node(row)), "SELECT " + Rows.NODE + " FROM node");
            return true;
        });
    }

    public Optional<NodeRow> node(long parent, Name name) throws Failure {
        return read(session -> Optional.ofNullable(session.firstOrNull(Rows::node,
                "SELECT " + Rows.NODE + " FROM node WHERE parent = ? AND name = ?", parent, name.bytes())));
    }

    /** A file's blocks by index; without those that are all zeros. */
    public List<BlockRow> blocks(long file) throws Failure {
        Optional<List<BlockRow>> known = gate.isOpen() ? Optional.empty() : meanwhile.blocks(file);
        return known.isPresent() ? known.get() : read(session -> blocks(session, file));
    }

    /** The same for many files; those without blocks have an empty list. */
    public Map<Long, List<BlockRow>> blocks(Collection<Long> files) throws Failure {
        return read(session -> {
            Map<Long, List<BlockRow>> blocks = new HashMap<>();
            for (long file : files) {
                blocks.put(file, blocks(session, file));
            }
            return blocks;
        });
    }

    private static List<BlockRow> blocks(Session session, long file) throws SQLException {
        return session.list(Rows::block,
                "SELECT " + Rows.BLOCK + " FROM block WHERE file = ? ORDER BY file, number",
                file);
    }

    /** Everything as of now, whatever is applied meanwhile, sorted by key; to be closed soon. */
    public Snapshot snapshot() throws Failure {
        gate.pass();
        swapping.readLock().lock();
        try {
            return new Snapshot(sessions.borrow());
        } finally {
            swapping.readLock().unlock();
        }
    }

    public History history() {
        return new History(this::read);
    }

    public StoredObjects objects() {
        return new StoredObjects(this::read);
    }

    /** @param name 1 to 200 chars */
    public Optional<byte[]> value(String name) throws Failure {
        return read(session -> Optional.ofNullable(
                session.firstOrNull(row -> row.getBytes(1), "SELECT content FROM setting WHERE name = ?",
                        name)));
    }

    public void setValue(String name, byte[] value) throws Failure {
        write(session -> session.update("MERGE INTO setting (name, content) VALUES (?, ?)", name, value));
    }

    public void removeValue(String name) throws Failure {
        write(session -> session.update("DELETE FROM setting WHERE name = ?", name));
    }

    private static Map<String, byte[]> values(Session session) throws SQLException {
        Map<String, byte[]> values = new HashMap<>();
        session.query(row -> values.put(row.getString(1), row.getBytes(2)),
                "SELECT name, content FROM setting");
        return values;
    }

    /** Names of the devices that commits have registered, by number. */
    public Map<Integer, String> devices() throws Failure {
        return read(Database::devices);
    }

    static Map<Integer, String> devices(Session session) throws SQLException {
        Map<Integer, String> devices = new HashMap<>();
        session.query(row -> devices.put(row.getInt(1), row.getString(2)), "SELECT id, name FROM device");
        return devices;
    }

    public void register(int device, String name) throws Failure {
        write(session -> session.update("MERGE INTO device (id, name) VALUES (?, ?)", device, name));
    }

    /** Returns when all that was written before is on the disk. */
    public void sync() throws Failure {
        read(session -> {
            session.execute("CHECKPOINT SYNC");
            return true;
        });
    }

    @Override
    public void close() {
        writing.lock();
        swapping.writeLock().lock();
        try {
            sessions.close();
        } finally {
            swapping.writeLock().unlock();
            writing.unlock();
        }
    }
}
