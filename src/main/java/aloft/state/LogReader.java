package aloft.state;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads one file of the journal from front to back and finds records after damage. Not thread safe. */
final class LogReader implements Closeable {

    /** @param header null when there is no record that authenticates; then the rest means nothing */
    record Found(long position, RecordHeader header, byte[] head) {}

    private static final int SMALL = 1 << 12;
    private static final int BIG = 1 << 18;

    private final Disk.OpenFile file;
    private final LogFile log;
    private final long size;
    private final RecordCipher cipher = new RecordCipher();
    private byte[] window = new byte[SMALL];
    private long windowAt;
    private int windowLength;

    private LogReader(Disk.OpenFile file, LogFile log) throws IOException {
        this.file = file;
        this.log = log;
        this.size = file.size();
    }

    static LogReader open(Disk disk, LogFile log) throws IOException {
        Disk.OpenFile file = disk.open(log.path());
        try {
            return new LogReader(file, log);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    long size() {
        return size;
    }

    /** The header at a position if its checksum fits and the record ends within the file. */
    @Nullable
    RecordHeader headerOrNull(long position) throws IOException {
        int at = show(position, RecordHeader.BYTES);
        RecordHeader header = at < 0 ? null : RecordHeader.readOrNull(window, at);
        return header == null || position + header.size() > size ? null : header;
    }

    /** The record at a position if its header and head authenticate. */
    @Nullable
    Found recordOrNull(long position) throws IOException {
        RecordHeader header = headerOrNull(position);
        if (header == null) {
            return null;
        }
        int at = show(position, RecordHeader.BYTES + header.head() + RecordHeader.TAG);
        byte[] head = new byte[header.head()];
        return cipher.openHead(log.key(), header, log.ref(position), window, at, head)
                ? new Found(position, header, head)
                : null;
    }

    /** The first record that begins at or behind the position. */
    @Nullable
    Found nextOrNull(long position) throws IOException {
        for (long at = position; at + RecordHeader.BYTES <= size; at++) {
            Found found = recordOrNull(at);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    boolean bodyAuthenticates(Found found) throws IOException {
        RecordHeader header = found.header();
        byte[] bytes = new byte[RecordHeader.BYTES];
        header.write(bytes, 0);
        byte[] sealed = new byte[RecordHeader.PIECE + RecordHeader.TAG];
        byte[] plain = new byte[RecordHeader.PIECE];
        for (int piece = 0; piece < RecordHeader.pieces(header.body()); piece++) {
            int length = header.pieceLength(piece) + RecordHeader.TAG;
            if (file.read(found.position() + header.pieceAt(piece), sealed, 0, length) < length
                    || !cipher.openPiece(log.key(), header, log.ref(found.position()), bytes, piece, sealed,
                            plain,
                            0)) {
                return false;
            }
        }
        return true;
    }

    /** Where in the window the bytes are, -1 when the file ends before. */
    private int show(long position, int length) throws IOException {
        if (position < 0 || position + length > size) {
            return -1;
        }
        if (position < windowAt || position + length > windowAt + windowLength) {
            boolean onward = position >= windowAt && position <= windowAt + windowLength;
            int wanted = Math.max(length, onward ? Math.min(window.length * 2, BIG) : SMALL);
            if (window.length != wanted) {
                window = new byte[wanted];
            }
            windowAt = position;
            windowLength = file.read(position, window, 0, wanted);
        }
        int at = (int) (position - windowAt);
        return at + length > windowLength ? -1 : at;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
