package aloft.vault;

import aloft.failure.Failure;

/** What the JVM compiles at its first use, which nobody should wait for who opens a file. */
public final class WarmUp {

    /** A few segments: what is compiled early is compiled by then. */
    private static final int BYTES = 1 << 20;

    private WarmUp() {}

    /** Encrypts and decrypts zeros under a key of zeros. Takes some hundredths of a second. */
    public static void ciphers() {
        byte[] key = new byte[Derive.KEY_BYTES];
        byte[] aad = new byte[0];
        byte[] stream = StreamCipher.seal(key, aad, new byte[BYTES]);
        try {
            StreamCipher.open(key, aad, stream, 0, stream.length, "Zeros");
        } catch (Failure.Damaged e) {
            throw new IllegalStateException(e);
        }
    }
}
