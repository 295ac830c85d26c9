package aloft.state;

import aloft.failure.Failure;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An append-only log of records, encrypted, in files of about 64 MiB. What it means is its callers' affair.
 *
 * <p>
 * A record is in the hands of the operating system when {@link #append} returns, so that it survives the
 * end of the process, and on the disk when {@link #sync} returns. Safe for many threads; interrupts are not
 * heeded. Only one journal may be open for a folder: {@link DriveLock} sees to that.
 */
public final class Journal implements Closeable {
    /*-
     * The format is described in JournalFile, how a bad spot is judged in JournalReplay.
     *
     * Locks: syncing before appending, never the other way round. Every fsync and every deletion happens under syncing
     * alone, so that appending never waits for the disk.
     */

    /** What {@link #open} does about damage; a torn end is no damage. */
    public enum OnDamage {
        /** Throws {@link Failure.Damaged} and changes nothing. */
        FAIL,
        /** Replays what authenticates, leaves the files as they are, and tells in {@link #findings}. */
        SKIP
    }

    /** Takes the records of the past, in their order. */
    @FunctionalInterface
    public interface Replay {
        void record(long ref, byte[] head, int bodyLength) throws IOException;
    }

    /** Of a head, in bytes. */
    public static final int MAX_HEAD = RecordHeader.MAX_HEAD;
    /** Of a body, in bytes. */
    public static final int MAX_BODY = RecordHeader.MAX_BODY;
    /** Of a file as a rule, in bytes. */
    public static final long FILE_SIZE = 64L << 20;

    private static final System.Logger LOG = System.getLogger(Journal.class.getName());
    private static final byte[] NONE = new byte[0];

    private final Disk disk;
    private final Path folder;
    private final byte[] key;
    private final SecureRandom random;
    private final long fileSize;
    private final List<String> findings;
    private final Bodies bodies;

    private final ReentrantLock syncing = new ReentrantLock();
    private final ReentrantLock appending = new ReentrantLock();

    /** All of them, oldest first; replaced under {@code appending}. */
    private volatile List<JournalFile> files;
    /** Those of this process that hold what is not durable, and the one being written; oldest first. */
    @GuardedBy("appending")
    private final List<JournalFile> open = new ArrayList<>();
    @GuardedBy("appending")
    private final RecordCipher cipher = new RecordCipher();
    @GuardedBy("appending")
    private long nextNumber;
    private volatile long end;
    private volatile long durable;
    private volatile @Nullable String readOnly;

    private Journal(Disk disk, Path folder, byte[] key, SecureRandom random, long fileSize,
            JournalReplay.Result past) {
        this.disk = disk;
        this.folder = folder;
        this.key = key.clone();
        this.random = random;
        this.fileSize = fileSize;
        this.findings = past.findings();
        this.bodies = new Bodies(disk);
        this.files = past.files().stream().map(JournalFile::of).toList();
        this.nextNumber = past.next();
        this.end = past.end();
        this.durable = past.end();
    }

    /**
     * Opens the journal in a folder, which is made when there is none, and replays every record in order.
     *
     * @param key      32 bytes
     * @param fileSize bytes after which the next record goes to a new file
     * @throws Failure.Damaged when it cannot be read whole, though it was written whole
     */
    public static Journal open(Path folder, byte[] key, SecureRandom random, long fileSize, Replay replay)
            throws IOException {
        return open(new LocalDisk(), folder, key, random, fileSize, OnDamage.FAIL, replay);
    }

    static Journal open(Disk disk, Path folder, byte[] key, SecureRandom random, long fileSize,
            OnDamage onDamage,
            Replay replay) throws IOException {
        JournalReplay.Result past = new JournalReplay(disk, folder, key, onDamage).run(replay);
        return new Journal(disk, folder, key, random, fileSize, past);
    }

    /** What opening had to cut off or skip, a sentence each; empty after a clean end. */
    public List<String> findings() {
        return findings;
    }

    /** Ref of the record that is appended next. */
    public long end() {
        return end;
    }

    /** Ref that follows the last record of the oldest file, which goes when nothing before it is needed; 0 when one is all. */
    public long oldestFileEnd() {
        List<JournalFile> all = files;
        return all.size() < 2 ? 0 : all.getFirst().end();
    }

    /** Bytes on the disk. */
    public long size() {
        return files.stream().mapToLong(JournalFile::size).sum();
    }

    /** Why nothing can be appended any more, null as long as it can. */
    public @Nullable String readOnly() {
        return readOnly;
    }

    public long append(byte[] head) throws Failure {
        return append(head, NONE, 0, 0);
    }

    /**
     * Appends a record; the operating system has it when this returns.
     *
     * @param head   at most {@link #MAX_HEAD} bytes
     * @param length of the body, 0 to {@link #MAX_BODY}
     * @return its ref, higher than all before
     * @throws Failure.Full     when the disk is full; nothing was appended, later calls may succeed
     * @throws Failure.ReadOnly when the disk failed, now or before
     */
    public long append(byte[] head, byte[] body, int from, int length) throws Failure {
        if (head.length > MAX_HEAD || length > MAX_BODY) {
            throw new IllegalArgumentException("record too long");
        }
        appending.lock();
        try {
            JournalFile file = fileToWrite();
            long ref = end;
            file.append(cipher, RecordHeader.RECORD, head, body, from, length, durable);
            end = file.end();
            return ref;
        } catch (Disk.NoSpace e) {
            throw full(e);
        } catch (Failure e) {
            throw e;
        } catch (IOException e) {
            throw fail(e);
        } finally {
            appending.unlock();
        }
    }

    /**
     * Copies a part of a record's body.
     *
     * @param skip bytes of the body before the part
     * @throws Failure.Missing when the record was forgotten meanwhile
     * @throws Failure.Damaged when it does not authenticate
     * @throws IndexOutOfBoundsException when the body ends before the part does
     */
    public void read(long ref, int skip, byte[] to, int at, int length) throws IOException {
        bodies.read(files, ref, skip, to, at, length);
    }

    /**
     * Returns when everything that was appended before the call is on the disk.
     *
     * @throws Failure.ReadOnly when the disk failed; what was appended since the last success may be lost, and
     *                          nothing can be appended any more
     */
    public void sync() throws Failure {
        long wanted = end;
        if (durable >= wanted) {
            return;
        }
        syncing.lock();
        try {
            // whoever held the lock before may have synced this caller's records along with its own
            if (durable < wanted) {
                syncAll();
            }
        } finally {
            syncing.unlock();
        }
    }

    /** Deletes files that hold only records before {@code ref}; {@code forgetBefore(end())} deletes them all. */
    public void forgetBefore(long ref) throws IOException {
        syncing.lock();
        try {
            for (JournalFile file : takeOldFiles(ref)) {
                disk.delete(file.path());
                // one after the other, so that no gap shows when the power ends
                disk.syncFolder(folder);
            }
        } finally {
            syncing.unlock();
        }
    }

    /** Syncs; the journal is of no use afterwards. */
    @Override
    public void close() throws IOException {
        syncing.lock();
        try {
            if (readOnly == null) {
                syncAll();
                markDurable();
            }
        } finally {
            try {
                closeFiles();
            } finally {
                syncing.unlock();
            }
        }
    }

    @GuardedBy("appending")
    private JournalFile fileToWrite() throws IOException {
        checkWritable();
        return open.isEmpty() || open.getLast().size() >= fileSize ? startFile() : open.getLast();
    }

    @GuardedBy("appending")
    private JournalFile startFile() throws IOException {
        long number = nextNumber++;
        JournalFile file = JournalFile.create(disk, folder, number, end, random, key);
        open.add(file);
        files = Stream.concat(files.stream(), Stream.of(file)).toList();
        return file;
    }

    @GuardedBy("syncing")
    private void syncAll() throws Failure {
        List<JournalFile> dirty;
        long upTo;
        appending.lock();
        try {
            checkWritable();
            dirty = List.copyOf(open);
            upTo = end;
        } finally {
            appending.unlock();
        }
        try {
            syncFiles(dirty);
            durable = upTo;
            closeWritten(dirty, upTo);
        } catch (IOException e) {
            throw fail(e);
        }
    }

    @GuardedBy("syncing")
    private void syncFiles(List<JournalFile> dirty) throws IOException {
        for (JournalFile file : dirty) {
            file.sync();
        }
        if (!dirty.stream().allMatch(JournalFile::isNamed)) {
            disk.syncFolder(folder);
            dirty.forEach(JournalFile::setNamed);
        }
    }

    /** Closes those of the files that nothing is written to any more, and nothing was since they were synced. */
    private void closeWritten(List<JournalFile> some, long synced) throws IOException {
        appending.lock();
        try {
            for (JournalFile file : some) {
                if (file != open.getLast() && file.end() <= synced) {
                    open.remove(file);
                    file.close();
                }
            }
        } finally {
            appending.unlock();
        }
    }

    /** Takes the files that hold only what is before {@code ref} off the list, once another will last. */
    @GuardedBy("syncing")
    private List<JournalFile> takeOldFiles(long ref) throws Failure {
        List<JournalFile> old = oldFiles(ref);
        if (old.isEmpty()) {
            return old;
        }
        try {
            JournalFile successor = files.get(old.size());
            if (!successor.isNamed()) {
                syncFiles(List.of(successor));
            }
            appending.lock();
            try {
                files = List.copyOf(files.subList(old.size(), files.size()));
                open.removeAll(old);
            } finally {
                appending.unlock();
            }
            for (JournalFile file : old) {
                file.close();
            }
            return old;
        } catch (IOException e) {
            throw fail(e);
        }
    }

    private List<JournalFile> oldFiles(long ref) {
        appending.lock();
        try {
            if (readOnly != null || files.isEmpty()) {
                return List.of();
            }
            if (ref >= end && !files.getLast().isEmpty()) {
                startFile();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "no new file; the last one stays for now", e);
        } finally {
            appending.unlock();
        }
        List<JournalFile> all = files;
        return all.stream().limit(all.size() - 1L).takeWhile(file -> file.end() <= ref).toList();
    }

    /** Says in the last record that all before is durable; the journal is as good without. */
    private void markDurable() {
        appending.lock();
        try {
            if (!open.isEmpty() && !open.getLast().isEmpty()) {
                open.getLast().append(cipher, RecordHeader.MARK, NONE, NONE, 0, 0, durable);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "no mark at the end of the journal", e);
        } finally {
            appending.unlock();
        }
    }

    private void closeFiles() throws IOException {
        appending.lock();
        try {
            readOnly = "The journal is closed.";
            for (JournalFile file : open) {
                file.close();
            }
            open.clear();
        } finally {
            appending.unlock();
        }
    }

    private void checkWritable() throws Failure {
        String reason = readOnly;
        if (reason != null) {
            throw new Failure.ReadOnly(reason);
        }
    }

    private static Failure full(IOException cause) {
        return new Failure.Full(
                "The disk is full: the change could not be noted. Free some space and try again.",
                cause);
    }

    /** From now on nothing is accepted: after a failed fsync nobody knows what the disk has. */
    private Failure fail(IOException cause) {
        String reason = "The disk failed under " + folder + " (" + cause.getMessage()
                + "): no more changes are taken until the drive is mounted again.";
        readOnly = reason;
        var failure = new Failure.ReadOnly(reason);
        failure.addSuppressed(cause);
        return failure;
    }
}
