package aloft.state;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** A file of the journal that is there; only the one made last grows. Its owner's locks guard it. */
final class JournalFile {
    /*-
     * A file is called by its number in 16 hex digits and ".journal". Integers are big-endian.
     *
     *   header  "ALFTJRN1"  u64 number  u64 base  salt(32)  boot(16)  tag(16)  u32 crc      92 bytes
     *   record  u32 crc  u8 kind  u24 h  u32 b  u64 counter  u64 durable                    28 bytes
     *           head: h bytes + tag(16)
     *           body: pieces of 65,536 bytes, the last one shorter, each + tag(16)
     *
     *   key     HKDF-SHA256(journal key, salt, "aloft1/journal/file"), 32 bytes
     *   tag     of the header: AES-256-GCM of nothing, nonce 00000000 ffffffffffffffff, AAD the 72 bytes before
     *   piece   AES-256-GCM, nonce u32 0 + u64 counter (head), counter + 1, + 2 … (pieces of the body),
     *           AAD the 28 bytes of the record's header + u64 ref + u32 0 (head), 1, 2 …
     *   crc     CRC-32C of the rest of the header
     *
     * The ref of a record is base + its distance from the end of the file's header; base is the ref that
     * follows the last record of the file before. A counter is used once in a file, whatever happens, and a file
     * is only written by the process that made it: no nonce serves twice. "boot" names the start of the
     * machine that the file was written under. "durable": every record before this ref was on the disk when
     * this one was written. Kind 1 is a record; kind 2, written on close, only says what is durable.
     */

    private final Path path;
    private final @Nullable LogFile log;
    private final long base;
    private final Disk.@Nullable OpenFile file;
    private volatile long size;
    private volatile long end;
    private long counter = 1;
    private boolean named;

    private JournalFile(Path path, @Nullable LogFile log, long base, Disk.@Nullable OpenFile file, long size,
            long end) {
        this.path = path;
        this.log = log;
        this.base = base;
        this.file = file;
        this.size = size;
        this.end = end;
    }

    /** A file of an earlier process, never written to again. */
    static JournalFile of(JournalReplay.Kept kept) {
        var file = new JournalFile(kept.path(), kept.log(), kept.base(), null, kept.size(), kept.end());
        file.setNamed();
        return file;
    }

    /** Makes a new file without records. Leaves none behind when it fails. */
    static JournalFile create(Disk disk, Path folder, long number, long base, SecureRandom random, byte[] key)
            throws IOException {
        byte[] salt = new byte[LogFile.SALT];
        random.nextBytes(salt);
        LogFile log = LogFile.create(folder, number, base, salt, key);
        Disk.OpenFile file = disk.create(log.path());
        try {
            file.write(0, log.header(salt, disk.boot()), 0, LogFile.HEADER);
        } catch (IOException e) {
            file.close();
            disk.delete(log.path());
            throw e;
        }
        return new JournalFile(log.path(), log, base, file, LogFile.HEADER, base);
    }

    /**
     * Appends a record.
     *
     * @param durable ref before which all is on the disk
     * @throws Disk.NoSpace when there was no room; the file is as it was. After any other exception it may not be
     */
    void append(RecordCipher cipher, int kind, byte[] head, byte[] body, int from, int length, long durable)
            throws IOException {
        var header = new RecordHeader(kind, head.length, length, counter, durable);
        // never counted back, also when the write fails: the disk may have seen a part of it
        counter += 1 + RecordHeader.pieces(length);
        long at = size;
        long ref = end;
        byte[] record = cipher.seal(log().key(), header, ref, head, body, from);
        try {
            file().write(at, record, 0, header.size());
        } catch (IOException e) {
            takeBack(e);
            throw e;
        }
        size = at + header.size();
        end = ref + header.size();
    }

    private void takeBack(IOException reason) throws IOException {
        try {
            file().truncate(size);
        } catch (IOException e) {
            e.addSuppressed(reason);
            throw new IOException("a change that was half written could not be taken back", e);
        }
    }

    void sync() throws IOException {
        file().sync();
    }

    void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    Path path() {
        return path;
    }

    /** Null when its header cannot be read, and so nothing in it. */
    @Nullable
    LogFile logOrNull() {
        return log;
    }

    /** Ref of the first record. */
    long base() {
        return base;
    }

    /** Ref that follows the last record. */
    long end() {
        return end;
    }

    /** Bytes. */
    long size() {
        return size;
    }

    /** Whether there is nothing but a header. */
    boolean isEmpty() {
        return size <= LogFile.HEADER;
    }

    /** Whether the folder has its name for good. */
    boolean isNamed() {
        return named;
    }

    void setNamed() {
        named = true;
    }

    private LogFile log() {
        if (log == null) {
            throw new IllegalStateException("unreadable");
        }
        return log;
    }

    private Disk.OpenFile file() {
        if (file == null) {
            throw new IllegalStateException("not open");
        }
        return file;
    }
}
