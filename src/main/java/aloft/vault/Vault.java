package aloft.vault;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.ObjectId;
import aloft.store.Store;
import java.io.Closeable;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An open vault: everything that is plaintext on this side and ciphertext in the store. Thread safe. What
 * asks the store blocks, ends within the store's deadlines and passes its failures on; in addition
 * {@link Failure.Damaged} stands for whatever does not authenticate or makes no sense, and
 * {@link Failure.TooNew} for what a newer version wrote. The format is in docs/FORMAT.md.
 */
public final class Vault implements Closeable {

    private final Store store;
    private final SecureRandom random;
    private volatile @Nullable Unlocked unlocked;

    private Vault(Store store, SecureRandom random, Unlocked unlocked) {
        this.store = store;
        this.random = random;
        this.unlocked = unlocked;
    }

    /** @param recoveryKey to be shown to the user once */
    public record Created(Vault vault, String recoveryKey) {
        @Override
        public String toString() {
            return "Created[" + vault + "]";
        }
    }

    /** A commit as the object that it is in the store, and the hash that the next one is chained to. */
    public record Sealed(long seq, byte[] bytes, byte[] hash) {}

    /** @param size bytes of the object */
    public record Opened(Commit commit, byte[] hash, int size) {}

    /** Objects that collection looks through. */
    public enum Kind {
        /** Packs of data. */
        PACK("o/"),
        /** Pages of checkpoints. */
        PAGES("p/");

        final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /** Takes a commit's seq and the milliseconds since 1970 at which it came, by the store's clock. */
    @FunctionalInterface
    public interface CommitListing {
        void accept(long seq, long modified);
    }

    /** @param modified milliseconds since 1970 by the store's clock */
    public record Stored(ObjectId id, long size, long modified) {}

    /** Bytes; -1 when not known. */
    public record Space(long total, long used) {}

    /** Takes ciphertext as it arrives. */
    @FunctionalInterface
    public interface Sink {
        /** The array is the caller's again when this returns. */
        void accept(byte[] bytes, int from, int length);
    }

    /**
     * Makes a vault.
     *
     * @throws Failure.Refused when there is a vault, or a part of one, already
     */
    public static Created create(Store store, Secret passphrase, Kdf kdf, SecureRandom random)
            throws Failure, InterruptedIOException {
        byte[] recoveryKey = RecoveryKey.random(random);
        Unlocked made = new Creation(store, random).create(passphrase, kdf, recoveryKey);
        return new Created(new Vault(store, random, made), RecoveryKey.encode(recoveryKey));
    }

    /**
     * Opens a vault; asks the store for vault.json and, unless that is damaged, for nothing else.
     *
     * @param secret      passphrase or recovery key
     * @param offlineCopy {@link #file} of an earlier time, used when the store is unreachable or has no
     *                    undamaged vault.json, or an older one; null when there is none. Whether it is the same
     *                    vault, {@link #id} tells.
     * @throws Failure.Refused         when there is no vault, or another one to which the secret does not belong
     * @throws Failure.WrongPassphrase when the secret opens no slot
     * @throws Failure.Damaged         when vault.json and its backups are damaged
     */
    public static Vault open(Store store, Secret secret, byte @Nullable [] offlineCopy, SecureRandom random)
            throws Failure, InterruptedIOException {
        return new Vault(store, random, new Unlocking(store, secret).open(offlineCopy));
    }

    /** The same by a copy alone; asks the store for nothing. */
    public static Vault openCopy(Store store, Secret secret, byte[] copy, SecureRandom random)
            throws Failure {
        return new Vault(store, random, new Unlocking(store, secret).openCopy(copy));
    }

    /** vault.json as last seen; holds nothing that is secret without the passphrase. */
    public byte[] file() {
        return unlocked().file().bytes().clone();
    }

    /** 32 hex digits; the same for ever. */
    public String id() {
        return keys().id();
    }

    /** Revision of vault.json, 1 or more; it only grows. */
    public long keyRevision() {
        return keys().revision();
    }

    /** Whether {@link #open} was given a newer copy of vault.json than the store has. */
    public boolean isNewerThanStored() {
        return unlocked().newer();
    }

    /** What is wrong with vault.json or its backup in the store, in a sentence; empty when all is well. */
    public synchronized Optional<String> checkFile(boolean mend) throws Failure, InterruptedIOException {
        Optional<String> fault = new Rekeying(store).findFault(unlocked());
        unlocked = mend && fault.isPresent() ? new Rekeying(store).mend(unlocked()) : unlocked();
        return fault;
    }

    /** Id of the root key that new data is written under. */
    public int primaryRoot() {
        return keys().primary();
    }

    /**
     * A key for what this device keeps locally.
     *
     * @param purpose a word; other words give other keys
     * @return 32 bytes
     */
    public byte[] localKey(String purpose) {
        return keys().local(purpose);
    }

    /** From now on the vault opens with this passphrase and not with the one from before. */
    public synchronized void changePassphrase(Secret now, Kdf kdf) throws Failure, InterruptedIOException {
        Keys keys = keys();
        Slot slot = Slot.forPassphrase(now, kdf, keys.vaultId(), keys.vaultKey(), random);
        unlocked = new Rekeying(store).replace(unlocked(), slots -> with(slots, slot));
    }

    /** The new recovery key, to be shown once; the one from before opens the vault no longer. */
    public synchronized String replaceRecoveryKey() throws Failure, InterruptedIOException {
        Keys keys = keys();
        byte[] key = RecoveryKey.random(random);
        Slot slot = Slot.forRecoveryKey(key, keys.vaultId(), keys.vaultKey(), random);
        unlocked = new Rekeying(store).replace(unlocked(), slots -> with(slots, slot));
        return RecoveryKey.encode(key);
    }

    private static List<Slot> with(List<Slot> slots, Slot slot) {
        return Stream.concat(slots.stream().filter(other -> !other.type().equals(slot.type())),
                Stream.of(slot)).toList();
    }

    /**
     * Encrypts a commit. Rows whose version is 0 get the commit's seq.
     *
     * @param previousHash of the object of commit seq - 1, 32 zeros for seq 1
     * @throws IllegalArgumentException when it has over {@link Commit#MAX_ACTIONS} actions or 16 MiB of JSON
     */
    public Sealed seal(Commit commit, byte[] previousHash) {
        byte[] object = CommitCodec.seal(keys(), commit, previousHash);
        return new Sealed(commit.seq(), object, Derive.sha256(object));
    }

    /** Bytes of JSON that an action adds to a commit. */
    public static int sizeOf(Action action) {
        return CommitCodec.sizeOf(action);
    }

    /**
     * Claims the commit's slot.
     *
     * @return false when another commit has it
     * @throws Failure.Unreachable the outcome is unknown: compare {@link #hashOf}
     */
    public boolean publish(Sealed commit) throws Failure, InterruptedIOException {
        return store.putIfAbsent(ObjectKeys.commit(commit.seq()), commit.bytes());
    }

    /** The commit, empty when there is none; waits for it for so long where the store can. */
    public Optional<Opened> await(long seq, byte[] previousHash, Duration time)
            throws Failure, InterruptedIOException {
        Optional<byte[]> object = store.await(ObjectKeys.commit(seq), CommitCodec.MAX_OBJECT, time);
        return object.isEmpty() ? Optional.empty() : Optional.of(open(seq, previousHash, object.get()));
    }

    public boolean canAwait() {
        return store.canAwait();
    }

    /** SHA-256 of a commit's object, empty when there is none. */
    public Optional<byte[]> hashOf(long seq) throws Failure, InterruptedIOException {
        return sealed(seq).map(Derive::sha256);
    }

    /** A commit's object as it is in the store, empty when there is none: {@link #open(long, byte[], byte[])}. */
    public Optional<byte[]> sealed(long seq) throws Failure, InterruptedIOException {
        try {
            return Optional.of(store.get(ObjectKeys.commit(seq), CommitCodec.MAX_OBJECT).bytes());
        } catch (Failure.Missing e) {
            return Optional.empty();
        }
    }

    /** Decrypts a commit's object. */
    public Opened open(long seq, byte[] previousHash, byte[] object)
            throws Failure, InterruptedIOException {
        return new Opened(CommitCodec.open(keysFor(object), seq, previousHash, object), Derive.sha256(object),
                object.length);
    }

    /** The newest checkpoint whose index authenticates; empty when there is none. */
    public Optional<Checkpoint> newestCheckpoint() throws Failure, InterruptedIOException {
        return checkpointBefore(Long.MAX_VALUE);
    }

    /** The newest of a seq below the given one: what to try when pages of a newer one are damaged. */
    public Optional<Checkpoint> checkpointBefore(long seq) throws Failure, InterruptedIOException {
        return new CheckpointIndexes(store, this::keysFor).newestBefore(seq);
    }

    /** Seqs of all checkpoints that the store has, newest first. */
    public List<Long> checkpoints() throws Failure, InterruptedIOException {
        return new CheckpointIndexes(store, this::keysFor).seqs();
    }

    public Checkpoint checkpoint(long seq) throws Failure, InterruptedIOException {
        return new CheckpointIndexes(store, this::keysFor).read(seq);
    }

    /** Leaves its pages. */
    public void deleteCheckpoint(long seq) throws Failure, InterruptedIOException {
        store.delete(ObjectKeys.checkpoint(seq));
    }

    public CheckpointReader reader(Checkpoint checkpoint) {
        return new CheckpointReader(store, keys(), checkpoint);
    }

    /**
     * Writes all rows as of a commit: pages first, then the index; the newest 3 indexes stay.
     *
     * @param headHash of the object of that commit
     * @param previous whose pages are listed again where nothing changed; null writes all
     * @return the checkpoint of that seq that is in the store: another device may have been first
     */
    public Checkpoint writeCheckpoint(long seq, byte[] headHash, RowSource rows,
            @Nullable Checkpoint previous)
            throws Failure, InterruptedIOException {
        return new CheckpointIndexes(store, this::keysFor)
                .write(keys(), this::newId, seq, headHash, rows, previous);
    }

    /** @param time ms since 1970: tells old from new when all metadata is lost */
    public Pack newPack(long time) {
        return new Pack(keys(), newId(), time);
    }

    /** Puts a finished pack; to be repeated with the same bytes until it succeeds. */
    public void put(ObjectId id, byte[] pack) throws Failure, InterruptedIOException {
        store.put(ObjectKeys.object(Kind.PACK, id), pack);
    }

    /** Hands over a range of a pack's ciphertext; as {@link Store#read}. */
    public void read(ObjectId id, long offset, int length, Sink sink)
            throws Failure, InterruptedIOException {
        store.read(ObjectKeys.object(Kind.PACK, id), offset, length, sink::accept);
    }

    /**
     * What decrypts a block.
     *
     * @param header the first {@link Segments#HEADER} bytes of its ciphertext, when the row does not have them
     * @throws Failure.Damaged when the row names a root key that the vault does not have
     */
    public BlockOpener opener(BlockRow row, byte @Nullable [] header) throws Failure.Damaged {
        byte[] inRow = row.header();
        byte[] use = inRow != null ? inRow : header;
        if (use == null || use.length < Segments.HEADER) {
            throw new IllegalArgumentException("the block's header is needed");
        }
        Keys keys = keys();
        return new BlockOpener(row, keys.root(row.rootKey()).file(row.file()),
                keys.blockAad(row.file(), row.index(), row.object(), row.offset()),
                Arrays.copyOf(use, Segments.HEADER));
    }

    /** All objects of a kind, in any order; what is none of ours is left out. */
    public void list(Kind kind, Consumer<Stored> to) throws Failure, InterruptedIOException {
        store.list(kind.prefix, object -> {
            ObjectId id = ObjectKeys.objectIdOrNull(kind, object.key());
            if (id != null) {
                to.accept(new Stored(id, object.size(), object.modified()));
            }
        });
    }

    /** All commits that are in the store, in any order, some more than once. */
    public void listCommits(CommitListing to) throws Failure, InterruptedIOException {
        store.list(ObjectKeys.COMMITS, object -> {
            long seq = ObjectKeys.commitSeq(object.key());
            if (seq > 0) {
                to.accept(seq, object.modified());
            }
        });
    }

    /**
     * The objects that the pages of all checkpoints lie in.
     *
     * @throws Failure.Damaged when the index of one does not tell
     */
    public Set<ObjectId> pagesInUse() throws Failure, InterruptedIOException {
        return new CheckpointIndexes(store, this::keysFor).pagesInUse();
    }

    /** Deletes the object; nothing happens when there is none. */
    public void delete(Kind kind, ObjectId id) throws Failure, InterruptedIOException {
        store.delete(ObjectKeys.object(kind, id));
    }

    /** As {@link Store#readOnly}. */
    public Optional<String> readOnly() throws Failure, InterruptedIOException {
        return store.readOnly();
    }

    /** Space of the account. */
    public Space space() throws Failure, InterruptedIOException {
        Store.Space told = store.space();
        return new Space(told.total(), told.used());
    }

    /** Forgets the keys. The store stays open. */
    @Override
    public void close() {
        unlocked = null;
    }

    @Override
    public String toString() {
        return "Vault[" + store + "]";
    }

    private ObjectId newId() {
        return new ObjectId(random.nextLong(), random.nextLong());
    }

    private Unlocked unlocked() {
        Unlocked now = unlocked;
        if (now == null) {
            throw new IllegalStateException("the vault is closed");
        }
        return now;
    }

    /** The keys; reads vault.json again when the object is under a root key that came since. */
    private Keys keysFor(byte[] object) throws Failure, InterruptedIOException {
        if (object.length >= Metadata.PREFIX && !keys().hasRoot(Metadata.root(object))) {
            synchronized (this) {
                unlocked = new Rekeying(store).newest(unlocked());
            }
        }
        return keys();
    }

    private Keys keys() {
        return unlocked().keys();
    }
}
