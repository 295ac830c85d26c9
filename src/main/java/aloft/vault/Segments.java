package aloft.vault;

/**
 * Arithmetic of the stream format (Tink's AES256-GCM-HKDF with 64 KiB segments): a stream is a 40-byte
 * header and segments of at most 64 KiB of ciphertext with the header in the first, so that segment i
 * takes the stream's bytes i × 65,536 to (i + 1) × 65,536. Each segment has a tag of 16 bytes.
 */
public final class Segments {

    /** Bytes of the stream header: its length, salt, nonce prefix. */
    public static final int HEADER = 40;
    /** Ciphertext bytes of a segment, of the first one with the header. */
    public static final int SIZE = 1 << 16;
    public static final int TAG = 16;
    /** Plaintext bytes of the first segment. */
    public static final int FIRST_PLAIN = SIZE - HEADER - TAG;
    /** Plaintext bytes of every other segment but the last. */
    public static final int PLAIN = SIZE - TAG;
    /** The stream of no bytes at all. */
    public static final int MIN_STREAM = HEADER + TAG;
    /** As long as a stream may be: 64 MiB, the most a pack may have. */
    public static final int MAX_STREAM = 64 << 20;

    private Segments() {}

    /** Whether a stream can have this many bytes. */
    public static boolean isStreamLength(long stream) {
        return stream >= MIN_STREAM && stream <= MAX_STREAM
                && (stream <= SIZE || stream % SIZE == 0 || stream % SIZE > TAG);
    }

    /** Segments of a stream. */
    public static int count(int stream) {
        check(isStreamLength(stream));
        return (stream + SIZE - 1) / SIZE;
    }

    /** Plaintext bytes of a stream. */
    public static int plainLength(int stream) {
        return stream - HEADER - TAG * count(stream);
    }

    /** Stream bytes of a plaintext of 0 or more bytes. */
    public static int streamLength(int plain) {
        check(plain >= 0);
        long segments = Math.max(1, ((long) plain + HEADER + PLAIN - 1) / PLAIN);
        long stream = HEADER + plain + TAG * segments;
        check(stream <= MAX_STREAM);
        return (int) stream;
    }

    /** The segment that holds the plaintext's byte at the offset. */
    public static int segmentOf(int plainOffset) {
        check(plainOffset >= 0);
        return (int) (((long) plainOffset + HEADER) / PLAIN);
    }

    /** Offset in the plaintext of the segment's first byte. */
    public static int plainStart(int segment) {
        check(segment >= 0);
        return segment == 0 ? 0 : segment * PLAIN - HEADER;
    }

    /** Plaintext bytes of one segment of a stream. */
    public static int plainLength(int segment, int stream) {
        int cipher = cipherLength(segment, stream) - TAG;
        return segment == 0 ? cipher - HEADER : cipher;
    }

    /** Offset in the stream of the segment's first byte; of segment 0 that is the header's. */
    public static int cipherStart(int segment) {
        check(segment >= 0 && segment < MAX_STREAM / SIZE);
        return segment * SIZE;
    }

    /** Stream bytes of one segment, of segment 0 with the header. */
    public static int cipherLength(int segment, int stream) {
        check(segment >= 0 && segment < count(stream));
        return Math.min(SIZE, stream - segment * SIZE);
    }

    private static void check(boolean inRange) {
        if (!inRange) {
            throw new IllegalArgumentException("no such place in a stream");
        }
    }
}
