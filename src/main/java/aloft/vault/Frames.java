package aloft.vault;

import aloft.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * frame(x) of the format: codec u8 (0 raw, 1 raw deflate), u32 n, n bytes, zeros up to a Padmé size (Nikitin
 * et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs"), which tells the
 * store little about the true size and costs at most 12%.
 */
final class Frames {

    static final int HEAD = 5;
    private static final int RAW = 0;
    private static final int DEFLATE = 1;

    private Frames() {}

    static byte[] frame(byte[] bytes, int length) {
        return frame(bytes, length, 0);
    }

    /** @param least bytes that the frame has at least */
    static byte[] frame(byte[] bytes, int length, int least) {
        byte[] small = deflated(bytes, length);
        boolean raw = small.length >= length;
        int n = raw ? length : small.length;
        byte[] frame = new byte[Math.max(least, (int) padme(HEAD + n))];
        ByteBuffer.wrap(frame)
                .put((byte) (raw ? RAW : DEFLATE))
                .putInt(n)
                .put(raw ? bytes : small, 0, n);
        return frame;
    }

    /**
     * What was framed.
     *
     * @param limit bytes of it, more is damage
     * @param what  for the message
     */
    static byte[] unframe(byte[] frame, int limit, String what) throws Failure {
        if (frame.length < HEAD) {
            throw new Failure.Damaged(what + " is too short.", null);
        }
        int codec = frame[0];
        int n = ByteBuffer.wrap(frame).getInt(1);
        if (n < 0 || n > frame.length - HEAD) {
            throw new Failure.Damaged(what + " is shorter than it says.", null);
        }
        return switch (codec) {
            case RAW -> {
                checkLimit(n, limit, what);
                yield Arrays.copyOfRange(frame, HEAD, HEAD + n);
            }
            case DEFLATE -> inflated(frame, n, limit, what);
            default -> throw new Failure.TooNew(what + " is packed in a way that this Aloft does not know.");
        };
    }

    /** The size that a length is padded to (1 ≤ length < 2^40). */
    static long padme(long length) {
        if (length < 2) {
            return length;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(length);
        int kept = 32 - Integer.numberOfLeadingZeros(exponent);
        long mask = (1L << Math.max(0, exponent - kept)) - 1;
        return length + mask & ~mask;
    }

    private static byte[] deflated(byte[] bytes, int length) {
        try (var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            deflater.setInput(bytes, 0, length);
            deflater.finish();
            var out = new ByteArrayOutputStream(length / 2 + 64);
            byte[] part = new byte[16 << 10];
            while (!deflater.finished()) {
                out.write(part, 0, deflater.deflate(part));
            }
            return out.toByteArray();
        }
    }

    private static byte[] inflated(byte[] frame, int n, int limit, String what) throws Failure {
        try (var inflater = new Inflater(true)) {
            inflater.setInput(frame, HEAD, n);
            byte[] out = new byte[(int) Math.min(limit + 1L, Math.max(1024, 4L * n))];
            int size = 0;
            while (true) {
                size += inflater.inflate(out, size, out.length - size);
                checkLimit(size, limit, what);
                if (inflater.finished()) {
                    return Arrays.copyOf(out, size);
                }
                if (size < out.length) {
                    throw new Failure.Damaged(what + " ends too early.", null);
                }
                out = Arrays.copyOf(out, (int) Math.min(limit + 1L, 2L * size));
            }
        } catch (DataFormatException e) {
            throw new Failure.Damaged(what + " cannot be unpacked.", e);
        }
    }

    private static void checkLimit(long size, int limit, String what) throws Failure.Damaged {
        if (size > limit) {
            throw new Failure.Damaged(what + " is larger than any that is written.", null);
        }
    }
}
