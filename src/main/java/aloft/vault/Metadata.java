package aloft.vault;

import aloft.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Objects of metadata: a prefix of 12 bytes that says what they are and under which root key, and the stream
 * of a frame of JSON lines. The prefix is authenticated.
 */
final class Metadata {

    static final byte COMMIT = 'c';
    static final byte CHECKPOINT = 'k';
    static final int PREFIX = 12;
    private static final byte[] MAGIC = "ALFT".getBytes(StandardCharsets.US_ASCII);

    private Metadata() {}

    /** Most bytes that an object of this many bytes of JSON takes. */
    static int objectLimit(int json) {
        return PREFIX + Segments.streamLength((int) Frames.padme(Frames.HEAD + (long) json));
    }

    /** @param place what the object is bound to, besides the vault */
    static byte[] seal(Keys keys, byte kind, byte[] place, byte[] json) {
        byte[] prefix = ByteBuffer.allocate(PREFIX)
                .put(MAGIC)
                .put(kind)
                .put(new byte[3])
                .putInt(keys.primary())
                .array();
        byte[] frame = Frames.frame(json, json.length);
        byte[] object = Arrays.copyOf(prefix, PREFIX + Segments.streamLength(frame.length));
        StreamCipher.seal(keys.primaryRoot().meta(), aad(prefix, keys, place), frame, 0, frame.length, object,
                PREFIX);
        return object;
    }

    /**
     * The JSON lines.
     *
     * @param limit bytes of JSON, more is damage
     * @param what  for messages, "Commit 17"
     */
    static byte[] open(Keys keys, byte kind, byte[] place, byte[] object, int limit, String what)
            throws Failure {
        if (object.length < PREFIX + Segments.MIN_STREAM
                || !Arrays.equals(object, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || object[MAGIC.length] != kind) {
            throw new Failure.Damaged(what + " is not what was written there.", null);
        }
        byte[] prefix = Arrays.copyOf(object, PREFIX);
        byte[] frame = StreamCipher.open(keys.root(root(object)).meta(), aad(prefix, keys, place), object,
                PREFIX,
                object.length - PREFIX, what);
        if (object[5] != 0 || object[6] != 0 || object[7] != 0) {
            throw new Failure.TooNew(what + " was written by a newer Aloft; please update.");
        }
        return Frames.unframe(frame, limit, what);
    }

    /** Id of the root key that an object of at least PREFIX bytes says it is under. */
    static int root(byte[] object) {
        return ByteBuffer.wrap(object).getInt(8);
    }

    private static byte[] aad(byte[] prefix, Keys keys, byte[] place) {
        return ByteBuffer.allocate(PREFIX + keys.vaultId().length + place.length)
                .put(prefix)
                .put(keys.vaultId())
                .put(place)
                .array();
    }
}
