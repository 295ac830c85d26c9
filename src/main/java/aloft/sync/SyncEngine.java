package aloft.sync;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.Commit;
import aloft.format.NodeRow;
import aloft.format.ObjectId;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    /** How long what was seen of the cloud is believed to be there still, before something is added to it. */
    private static final Duration CONFIRMED_TO_WRITE = Duration.ofMinutes(1);
    /** The same while nothing is added. */
    private static final Duration CONFIRMED_TO_READ = Duration.ofMinutes(10);

    private final Vault vault;
    private final Database database;
    private final FreshObjects fresh;
    private final Uploader uploader;
    private final Checkpoints checkpoints;
    private final InstantSource clock;
    private final ReentrantLock log = new ReentrantLock();
    private final Filling filling;
    private final Rollback rollback;
    private volatile Head head;
    private volatile int device;
    private volatile @Nullable Collection<NodeRow> firstRows;
    private final WriteAccess writing;
    private volatile @Nullable LocalChanges local;
    private volatile Space space = new Space(-1, -1);
    private volatile boolean online = true;

    /** Space of the cloud's account in bytes; -1 when not known. */
    public record Space(long total, long used) {}

    public SyncEngine(Vault vault, Database database, Downloader downloader, HighWater highWater,
            InstantSource clock) throws Failure {
        this.vault = vault;
        this.database = database;
        this.fresh = new FreshObjects(database);
        this.uploader = new Uploader(vault, downloader, fresh, clock);
        this.checkpoints = new Checkpoints(vault, database);
        this.filling = new Filling(checkpoints, database);
        this.rollback = new Rollback(vault, highWater, clock);
        this.writing = new WriteAccess(vault);
        this.clock = clock;
        this.head = database.head();
    }

    // ---- before the tree is there

    /**
     * Fills an empty database from the cloud and gives this device a number. A database that has something is
     * left as it is, so that what is pending is rebased on what comes. Returns when all entries are known; the
     * database may be filled further in the background.
     *
     * @param name of this device, for people
     */
    public void prepare(String name) throws IOException {
        Start start = new Opening(vault, database, filling, rollback, clock).open(name);
        head = start.head();
        device = start.device();
        firstRows = start.rows();
        writing.begin(start.why());
    }

    /**
     * Brings a database that fell behind what this device has seen back to that: the journal stands on it. Before {@link #rows}.
     *
     * @param done seq of a commit that it had, 0 for none
     */
    public void catchUp(long done) throws IOException {
        if (firstRows == null) {
            head = CatchUp.from(head, Math.max(done, rollback.lastSeen()), vault, database);
        }
    }

    /** Every entry as of the head, for the tree that is being built: asked once. */
    public Collection<NodeRow> rows() throws Failure {
        Collection<NodeRow> rows = firstRows;
        firstRows = null;
        if (rows == null) {
            var asked = new ArrayList<NodeRow>();
            database.nodes(asked::add);
            return asked;
        }
        return rows;
    }

    /** This device's number, 1 to 65,535; known after {@link #prepare}. */
    public int device() {
        return device;
    }

    static Optional<Integer> keptDevice(Database database) throws Failure {
        return database.value(DEVICE).map(bytes -> ByteBuffer.wrap(bytes).getInt());
    }

    static void keepDevice(Database database, int device) throws Failure {
        database.setValue(DEVICE, ByteBuffer.allocate(4).putInt(device).array());
    }

    private Commit commit(List<Action> actions) {
        return new Commit(head.seq() + 1, device, clock.millis(), vault.keyRevision(), Map.of(), actions);
    }

    // ---- with the tree

    /** From now on the tree is told of what comes, and asked for what goes up. */
    public void connect(LocalChanges changes) {
        local = changes;
        writing.tell(changes);
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
        writing.require();
        List<DirtyFile> files = local().dirtyFiles(all);
        try {
            push(files);
        } finally {
            files.forEach(DirtyFile::released);
        }
    }

    private void push(List<DirtyFile> files) throws IOException {
        Failure stuck = null;
        for (List<DirtyFile> portion : Portions.of(files)) {
            Failure found = uploader.upload(portion);
            stuck = found == null ? stuck : found;
            publishAll();
            checkpoints.writeWhenDue(true);
        }
        checkpoints.writeWhenDue(false);
        if (stuck != null) {
            throw stuck;
        }
    }

    private void publishAll() throws IOException {
        log.lock();
        try {
            if (local().isUndecided()) {
                pull(); // what a commit may have done already is not undone by what was changed since
            }
            boolean more = true;
            while (more) {
                Optional<Batch> batch = local().freeze(Vault::sizeOf);
                more = batch.isPresent() && (!publish(batch.get()) || batch.get().isFull());
            }
        } finally {
            log.unlock();
        }
    }

    /** @return false when what was frozen is to be looked at again: the slot was taken, or an object is gone */
    private boolean publish(Batch batch) throws IOException {
        writing.require();
        verify(CONFIRMED_TO_WRITE);
        Set<ObjectId> lost = fresh.lost(batch.actions());
        if (!lost.isEmpty()) {
            local().lost(lost);
            return false;
        }
        Commit commit = commit(batch.actions());
        Vault.Sealed sealed = vault.seal(commit, head.hash());
        local().attempt(batch, sealed.seq(), sealed.hash());
        if (isPublished(commit, sealed)) {
            return true;
        }
        pull();
        return false;
    }

    /** What gives the cloud its room back. */
    public Collector collector(Downloader downloader) {
        return new Collector(vault, database, this, repacker(downloader), clock);
    }

    private Repacker repacker(Downloader downloader) {
        return new Repacker(vault, database, this, downloader, uploader, clock);
    }

    /** What reads all of the vault. */
    public Verification verification(Downloader downloader) {
        return new Verification(vault, database, this, checkpoints, downloader, repacker(downloader));
    }

    /** Puts a note into the log, where all devices hear of it, this one as well. */
    void publish(Note note) throws IOException {
        log.lock();
        try {
            boolean done = false;
            while (!done) {
                pull();
                writing.require();
                List<Action> actions = note.actions();
                Commit commit = commit(actions);
                done = actions.isEmpty() || !fresh.lost(actions).isEmpty()
                        || isPublished(commit, vault.seal(commit, head.hash()));
            }
        } finally {
            log.unlock();
        }
    }

    private boolean isPublished(Commit commit, Vault.Sealed sealed) throws IOException {
        boolean won;
        try {
            won = Opening.won(vault, sealed);
        } catch (Failure.ReadOnly e) {
            writing.set(e.getMessage());
            throw e;
        }
        if (won) {
            ingest(commit, sealed.hash());
            rollback.seen(head);
        }
        online = true;
        return won;
    }

    /** Writes a checkpoint as of the head, whether or not one is due. */
    public void checkpoint() throws IOException {
        checkpoints.write();
    }

    /** Brings in every commit that the log has beyond the head. */
    public void pull() throws IOException {
        log.lock();
        try (var commits = new CommitsAhead(vault)) {
            verify(CONFIRMED_TO_READ);
            follow(commits);
            writing.askAgain();
        } catch (Failure.Damaged | Failure.TooNew e) {
            writing.set(Rollback.stopped(e));
            throw e;
        } finally {
            log.unlock();
        }
    }

    private void follow(CommitsAhead commits) throws IOException {
        Head before = head;
        try {
            commits.follow(head, Long.MAX_VALUE, this::ingest);
        } finally {
            if (head != before) {
                rollback.seen(head);
            }
        }
    }

    /** After each start before anything of the cloud is believed, and again when the last time is long ago. */
    private void verify(Duration age) throws IOException {
        if (rollback.isDue(age)) {
            String why = rollback.findOrNull(head);
            if (why != null) {
                writing.set(why);
                throw new Failure.ReadOnly(why);
            }
            rollback.seen(head);
        }
    }

    /** Waits for the next commit of anybody, or for the time to pass, and brings it in. */
    void awaitNext(Duration time) throws IOException {
        whileOnline(() -> {
            if (rollback.isDue(CONFIRMED_TO_READ)) {
                pull();
            }
            boolean more = isThereMore(time);
            online = true;
            if (more) {
                pull();
            }
            return true;
        });
    }

    private boolean isThereMore(Duration time) throws IOException {
        Head seen = head;
        try {
            return vault.await(seen.seq() + 1, seen.hash(), time).isPresent();
        } catch (Failure.Damaged | Failure.TooNew e) {
            return true; // to be judged by pull
        }
    }

    /** Asks the cloud how much room there is. */
    void askSpace() throws IOException {
        var told = whileOnline(vault::space);
        space = new Space(told.total(), told.used());
        if (told.used() >= 0) {
            online = true; // not every store has to be asked to know nothing
        }
    }

    private interface Request<T> {
        T send() throws IOException;
    }

    private <T> T whileOnline(Request<T> request) throws IOException {
        try {
            return request.send();
        } catch (Failure.Unreachable e) {
            online = false;
            throw e;
        }
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
            database.await(); // not while nobody can open a file
            local().remote(commit, () -> database.apply(commit, hash));
        }
        head = new Head(commit.seq(), hash);
        fresh.ingested(commit);
        checkpoints.counted(commit);
    }

    /** Seq of the last commit that the tree shows. */
    public long head() {
        return head.seq();
    }

    /** Why nothing goes up any more; null while it does. */
    public @Nullable String readOnly() {
        return writing.whyNot();
    }

    /** Bytes put since the start. */
    public long uploadedBytes() {
        return uploader.bytes();
    }

    @Override
    public void close() {
        filling.close();
        uploader.close();
    }
}
