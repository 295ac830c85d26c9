package aloft.cache;

import aloft.format.ObjectId;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The file that remembers which bytes of which object the cache has. Safe for many threads.
 *
 * <p>
 * A log of records of 32 bytes: object id (16), what (1), zeros (3), from (4), to (4), CRC-32C of these (4). A record
 * that bytes are here is written after the bytes, one that they are gone before they go, so that the end of the
 * process at any moment leaves a file that at most tells of too little. Nothing is ever forced to the disk:
 * what a loss of power breaks does not authenticate and is fetched again. Written anew, with a record for each
 * range, when it is closed and when it has grown long.
 */
final class Index implements Closeable {

    static final int RECORD = 32;
    private static final byte HAS = 1;
    private static final byte LACKS = 2;
    private static final byte GONE = 3;
    private static final byte CLOSED = 4;
    private static final ObjectId NOBODY = new ObjectId(0, 0);
    /** Records beyond twice of what is needed before the file is written anew. */
    private static final int SLACK = 1 << 16;

    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();
    /** Not a channel, which an interrupt would close. */
    @GuardedBy("lock")
    private RandomAccessFile out;
    /** Whether a record may have been written in part. */
    @GuardedBy("lock")
    private boolean ragged = true;
    @GuardedBy("lock")
    private long records;
    @GuardedBy("lock")
    private long limit;

    /** Tells a consumer every object and what there is of it, those wanted least first. */
    @FunctionalInterface
    interface Contents {
        void tell(Consumer<CachedObject> to);
    }

    /** @param clean whether it was closed, so that no file of the cache is unknown to it */
    record Loaded(Index index, Map<ObjectId, Ranges> objects, boolean clean) {}

    private Index(Path file, RandomAccessFile out, long records) {
        this.file = file;
        this.out = out;
        this.records = records;
        limit = 2 * records + SLACK;
    }

    /** Reads the file as far as it is good, cuts the rest off, and goes on writing there. */
    static Loaded open(Path file) throws IOException {
        Map<ObjectId, Ranges> objects = new LinkedHashMap<>();
        var reader = new Reader(objects);
        if (Files.exists(file)) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
                reader.read(in);
            }
        }
        var out = new RandomAccessFile(file.toFile(), "rw");
        boolean clean = reader.closed && out.length() == reader.records * RECORD;
        return new Loaded(new Index(file, out, reader.records), objects, clean);
    }

    private static final class Reader {
        final Map<ObjectId, Ranges> objects;
        long records;
        boolean closed;

        Reader(Map<ObjectId, Ranges> objects) {
            this.objects = objects;
        }

        void read(InputStream file) throws IOException {
            byte[] record = new byte[RECORD];
            while (file.readNBytes(record, 0, RECORD) == RECORD) {
                if (!apply(record)) {
                    return;
                }
                records++;
            }
        }

        private boolean apply(byte[] bytes) {
            ByteBuffer record = ByteBuffer.wrap(bytes);
            var id = new ObjectId(record.getLong(), record.getLong());
            byte what = record.get();
            int from = record.getInt(20);
            int to = record.getInt(24);
            if (record.getInt(28) != checksum(bytes) || from < 0 || from > to
                    || to == Integer.MAX_VALUE) {
                return false;
            }
            closed = what == CLOSED;
            if (what != CLOSED) {
                Ranges had = objects.remove(id);
                Ranges has = after(what, had == null ? Ranges.NONE : had, from, to);
                if (!has.isEmpty()) {
                    objects.put(id, has);
                }
            }
            return true;
        }

        private static Ranges after(byte what, Ranges had, int from, int to) {
            return switch (what) {
                case HAS -> had.plus(from, to);
                case LACKS -> had.minus(from, to);
                default -> Ranges.NONE;
            };
        }
    }

    void has(ObjectId id, int from, int to) throws IOException {
        append(id, HAS, from, to);
    }

    void lacks(ObjectId id, int from, int to) throws IOException {
        append(id, LACKS, from, to);
    }

    void gone(ObjectId id) throws IOException {
        append(id, GONE, 0, 0);
    }

    private void append(ObjectId id, byte what, int from, int to) throws IOException {
        byte[] record = record(id, what, from, to);
        lock.lock();
        try {
            if (ragged) {
                out.setLength(records * RECORD);
                out.seek(records * RECORD);
            }
            ragged = true;
            out.write(record);
            records++;
            ragged = false;
        } finally {
            lock.unlock();
        }
    }

    private static byte[] record(ObjectId id, byte what, int from, int to) {
        var record = ByteBuffer.allocate(RECORD);
        record.putLong(id.high()).putLong(id.low()).put(what);
        record.putInt(20, from).putInt(24, to);
        record.putInt(28, checksum(record.array()));
        return record.array();
    }

    private static int checksum(byte[] record) {
        var checksum = new CRC32C();
        checksum.update(record, 0, RECORD - 4);
        return (int) checksum.getValue();
    }

    /** Writes the file anew when most of it is of no use any more. */
    void shorten(Contents contents) throws IOException {
        lock.lock();
        try {
            if (records > limit) {
                rewrite(contents, false);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes what there is, as a file that is known to be whole. */
    void close(Contents contents) throws IOException {
        lock.lock();
        try {
            rewrite(contents, true);
            out.close();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void rewrite(Contents contents, boolean closed) throws IOException {
        Path next = file.resolveSibling("index.next");
        var counted = new long[1];
        try (var to = new BufferedOutputStream(new FileOutputStream(next.toFile()), 1 << 16)) {
            contents.tell(object -> counted[0] += write(object, to));
            if (closed) {
                to.write(record(NOBODY, CLOSED, 0, 0));
                counted[0]++;
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        var old = out;
        out = new RandomAccessFile(file.toFile(), "rw");
        old.close();
        ragged = true;
        records = counted[0];
        limit = 2 * records + SLACK;
    }

    private static int write(CachedObject object, OutputStream to) {
        int count = 0;
        try {
            for (Range range : object.has().all()) {
                to.write(record(object.id, HAS, range.from(), range.to()));
                count++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    /** Closes the file as it is. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            out.close();
        } finally {
            lock.unlock();
        }
    }
}
