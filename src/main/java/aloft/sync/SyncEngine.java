package aloft.sync;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.Commit;
import aloft.state.Database;
import aloft.state.Database.Head;
import aloft.sync.LocalChanges.Batch;
import aloft.sync.LocalChanges.DirtyFile;
import aloft.vault.Vault;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the tree and the log in step: brings local changes up, and commits of other devices in.
 *
 * <p>
 * Every step that moves the head is done by one thread at a time, under {@code log}; content goes up
 * without it. {@link SyncLoops} decides when. Safe for many threads.
 */
public final class SyncEngine implements Closeable {

    private static final String DEVICE = "device";
    private static final int FILES_AT_ONCE = 2_000;
    private static final long BYTES_AT_ONCE = 128L << 20;

    private final Vault vault;
    private final Database database;
    private final Uploader uploader;
    private final Checkpoints checkpoints;
    private final InstantSource clock;
    private final ReentrantLock log = new ReentrantLock();
    private volatile Head head;
    private volatile @Nullable String readOnly;
    private volatile @Nullable LocalChanges local;
    private volatile Space space = new Space(-1, -1);
    private volatile boolean online = true;

    /** Space of the cloud's account in bytes; -1 when not known. */
    public record Space(long total, long used) {}

    public SyncEngine(Vault vault, Database database, Downloader downloader, InstantSource clock)
            throws Failure {
        this.vault = vault;
        this.database = database;
        this.uploader = new Uploader(vault, downloader, clock);
        this.checkpoints = new Checkpoints(vault, database);
        this.clock = clock;
        this.head = database.head();
    }

    // ---- before the tree is there

    /**
     * Fills an empty database from the cloud and gives this device a number. A database that has something is
     * left as it is, so that what is pending is rebased on what comes.
     *
     * @param name of this device, for people
     */
    public void prepare(String name) throws IOException {
        if (head.seq() == 0) {
            checkpoints.load();
            head = database.head();
            catchUp();
        }
        if (database.value(DEVICE).isEmpty()) {
            register(name);
        }
    }

    private void catchUp() throws IOException {
        for (Optional<Vault.Opened> next = next(); next.isPresent(); next = next()) {
            database.apply(next.get().commit(), next.get().hash());
            head = database.head();
        }
    }

    private Optional<Vault.Opened> next() throws IOException {
        return vault.read(head.seq() + 1, head.hash());
    }

    private void register(String name) throws IOException {
        while (true) {
            catchUp();
            int number = database.devices().keySet().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
            if (number > 0xffff) {
                throw new Failure.Refused("The vault has had 65,535 devices; no more can be added.", null);
            }
            Commit commit = commit(number, List.of(new Action.RegisterDevice(number, name)));
            Vault.Sealed sealed = vault.seal(commit, head.hash());
            if (won(sealed)) {
                database.apply(commit, sealed.hash());
                database.setValue(DEVICE, ByteBuffer.allocate(4).putInt(number).array());
                head = database.head();
                return;
            }
        }
    }

    /** This device's number, 1 to 65,535; known after {@link #prepare}. */
    public int device() throws Failure {
        return ByteBuffer.wrap(database.value(DEVICE).orElseThrow()).getInt();
    }

    private Commit commit(int device, List<Action> actions) {
        return new Commit(head.seq() + 1, device, clock.millis(), vault.keyRevision(), Map.of(), actions);
    }

    // ---- with the tree

    /** From now on the tree is told of what comes, and asked for what goes up. */
    public void connect(LocalChanges changes) {
        local = changes;
    }

    private LocalChanges local() {
        LocalChanges changes = local;
        if (changes == null) {
            throw new IllegalStateException("not connected");
        }
        return changes;
    }

    /**
     * Brings up what there is to bring up.
     *
     * @param all also what is being written this moment
     */
    public void push(boolean all) throws IOException {
        List<DirtyFile> files = local().dirtyFiles(all);
        int next = 0;
        do {
            int from = next;
            long bytes = 0;
            while (next < files.size() && next - from < FILES_AT_ONCE && bytes < BYTES_AT_ONCE) {
                bytes += sizeOf(files.get(next));
                next++;
            }
            uploader.upload(files.subList(from, next));
            publishAll();
        } while (next < files.size());
    }

    /** Bytes that go up at most. */
    private static long sizeOf(DirtyFile file) {
        return Math.min(file.row().size(), (long) file.blocks().size() << file.row().blockBits());
    }

    private void publishAll() throws IOException {
        log.lock();
        try {
            boolean more = true;
            while (more) {
                Optional<Batch> batch = local().freeze(Vault::sizeOf);
                more = batch.isPresent() && (!publish(batch.get()) || batch.get().isFull());
            }
        } finally {
            log.unlock();
        }
        checkpoints.writeWhenDue();
    }

    /** @return false when the slot was taken, so that what was frozen is to be looked at again */
    private boolean publish(Batch batch) throws IOException {
        mustBeWritable();
        Commit commit = commit(device(), batch.actions());
        Vault.Sealed sealed = vault.seal(commit, head.hash());
        local().attempt(batch, sealed.seq(), sealed.hash());
        if (won(sealed)) {
            ingest(commit, sealed.hash());
            return true;
        }
        pull();
        return false;
    }

    /** Claims the slot; an outcome that is not known is read back. */
    private boolean won(Vault.Sealed sealed) throws IOException {
        try {
            return vault.publish(sealed);
        } catch (Failure.Unreachable e) {
            Optional<byte[]> there = vault.hashOf(sealed.seq());
            if (there.isEmpty()) {
                throw e;
            }
            return java.util.Arrays.equals(there.get(), sealed.hash());
        }
    }

    /** Brings in every commit that the log has beyond the head. */
    public void pull() throws IOException {
        log.lock();
        try {
            for (Optional<Vault.Opened> next = next(); next.isPresent(); next = next()) {
                ingest(next.get().commit(), next.get().hash());
            }
        } catch (Failure.Damaged | Failure.TooNew e) {
            readOnly = e.getMessage();
            throw e;
        } finally {
            log.unlock();
        }
    }

    /** Waits for the next commit of anybody, or for the time to pass, and brings it in. */
    void awaitNext(Duration time) throws IOException {
        Head seen = head;
        try {
            Optional<Vault.Opened> next = vault.await(seen.seq() + 1, seen.hash(), time);
            online = true;
            if (next.isPresent()) {
                pull();
            }
        } catch (Failure.Unreachable e) {
            online = false;
            throw e;
        }
    }

    /** Asks the cloud how much room there is. */
    void askSpace() throws IOException {
        var told = vault.space();
        space = new Space(told.total(), told.used());
    }

    /** As the cloud told last; never waits. */
    public Space space() {
        return space;
    }

    /** Whether the last request for news was answered. */
    public boolean isOnline() {
        return online;
    }

    boolean canAwait() {
        return vault.canAwait();
    }

    private void ingest(Commit commit, byte[] hash) throws IOException {
        if (local().isOurs(hash)) {
            database.apply(commit, hash);
            local().settled(commit, hash);
        } else {
            local().remote(commit, () -> database.apply(commit, hash));
        }
        head = new Head(commit.seq(), hash);
        checkpoints.counted(commit);
    }

    private void mustBeWritable() throws Failure {
        String why = readOnly;
        if (why != null) {
            throw new Failure.ReadOnly(why);
        }
    }

    /** Seq of the last commit that the tree shows. */
    public long head() {
        return head.seq();
    }

    /** Why nothing goes up any more; null while it does. */
    public @Nullable String readOnly() {
        return readOnly;
    }

    /** Bytes put since the start. */
    public long uploadedBytes() {
        return uploader.bytes();
    }

    @Override
    public void close() {
        uploader.close();
    }
}
