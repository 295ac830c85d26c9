package aloft.state;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a record in the journal: see the block comment in {@link JournalFile}.
 *
 * @param kind    {@link #RECORD} or {@link #MARK}
 * @param head    plaintext bytes, 0 to {@link #MAX_HEAD}
 * @param body    plaintext bytes, 0 to {@link #MAX_BODY}
 * @param counter nonce of the head, the pieces of the body follow; from 1
 * @param durable every record before this ref was on the disk when this one was written
 */
record RecordHeader(int kind, int head, int body, long counter, long durable) {

    static final int BYTES = 28;
    static final int RECORD = 1;
    static final int MARK = 2;
    static final int MAX_HEAD = 1 << 20;
    static final int MAX_BODY = 1 << 24;
    /** Bytes of a body that are encrypted together. */
    static final int PIECE = 1 << 16;
    static final int TAG = 16;

    RecordHeader {
        if (kind != RECORD && kind != MARK || head < 0 || head > MAX_HEAD || body < 0 || body > MAX_BODY
                || counter < 1 || durable < 0) {
            throw new IllegalArgumentException("not a record header");
        }
    }

    /** Of the whole record in the file. */
    static int size(int head, int body) {
        return BYTES + head + TAG + body + pieces(body) * TAG;
    }

    static int pieces(int body) {
        return (body + PIECE - 1) / PIECE;
    }

    int size() {
        return size(head, body);
    }

    /** Where a piece of the body begins, counted from the start of the record. */
    int pieceAt(int piece) {
        return BYTES + head + TAG + piece * (PIECE + TAG);
    }

    /** Plaintext bytes of a piece of the body. */
    int pieceLength(int piece) {
        return Math.min(PIECE, body - piece * PIECE);
    }

    void write(byte[] to, int at) {
        ByteBuffer.wrap(to, at + 4, BYTES - 4)
                .putInt(kind << 24 | head)
                .putInt(body)
                .putLong(counter)
                .putLong(durable);
        ByteBuffer.wrap(to, at, 4).putInt(checksum(to, at));
    }

    /** Null when the 28 bytes are no header: cheap to ask of every position of a file. */
    static @Nullable RecordHeader readOrNull(byte[] from, int at) {
        var in = ByteBuffer.wrap(from, at, BYTES);
        int checksum = in.getInt();
        int first = in.getInt();
        int kind = first >>> 24;
        int head = first & 0xFFFFFF;
        int body = in.getInt();
        long counter = in.getLong();
        long durable = in.getLong();
        if (kind != RECORD && kind != MARK || head > MAX_HEAD || body < 0 || body > MAX_BODY || counter < 1
                || durable < 0 || checksum != checksum(from, at)) {
            return null;
        }
        return new RecordHeader(kind, head, body, counter, durable);
    }

    private static int checksum(byte[] bytes, int at) {
        var crc = new CRC32C();
        crc.update(bytes, at + 4, BYTES - 4);
        return (int) crc.getValue();
    }
}
