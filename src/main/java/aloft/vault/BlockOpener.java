package aloft.vault;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import com.google.crypto.tink.subtle.StreamSegmentDecrypter;
import java.security.GeneralSecurityException;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Decrypts the segments of one block, any of them, in any order. Thread safe; cheap to make. */
public final class BlockOpener {

    private final BlockRow row;
    private final byte[] key;
    private final byte[] aad;
    private final byte[] header;
    /** Tink's decrypters keep state: each serves one thread at a time. */
    private final ConcurrentLinkedQueue<StreamSegmentDecrypter> idle = new ConcurrentLinkedQueue<>();

    BlockOpener(BlockRow row, byte[] key, byte[] aad, byte[] header) {
        this.row = row;
        this.key = key;
        this.aad = aad;
        this.header = header;
    }

    /**
     * Decrypts one segment. Where it lies and how long it is, {@link Segments} tells.
     *
     * @param segment    0 to {@link Segments#count} of the row's length - 1
     * @param ciphertext holds the whole segment from {@code from} on; of segment 0 with the header
     * @param to         takes {@link Segments#plainLength(int, int)} bytes from {@code at} on
     * @return plaintext bytes written
     * @throws Failure.Damaged when it does not authenticate; what {@code to} holds then has no meaning
     */
    public int open(int segment, byte[] ciphertext, int from, byte[] to, int at) throws Failure.Damaged {
        try {
            StreamSegmentDecrypter decrypter = idle.poll();
            if (decrypter == null) {
                decrypter = StreamCipher.decrypter(key, aad, header, 0);
            }
            int length = StreamCipher.openSegment(decrypter, segment, ciphertext, from, row.length(), to, at);
            idle.add(decrypter);
            return length;
        } catch (GeneralSecurityException e) {
            throw new Failure.Damaged("Segment " + segment + " of a block in object " + row.object()
                    + " does not authenticate.", e);
        }
    }
}
