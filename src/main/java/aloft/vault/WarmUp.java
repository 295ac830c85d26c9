package aloft.vault;

import aloft.failure.Failure;

/** What the JVM compiles when it was used a few times, so that nobody waits for it who opens a file. */
public final class WarmUp {

    /** A few whole segments, and so many small ones that the best compiler has had its turn. */
    private static final int LARGE = 1 << 20;
    private static final int SMALL = 1 << 10;
    private static final int TIMES = 500;

    private WarmUp() {}

    /** Encrypts and decrypts zeros under a key of zeros. Takes some tenths of a second. */
    public static void ciphers() {
        thereAndBack(new byte[LARGE]);
        for (int i = 0; i < TIMES; i++) {
            thereAndBack(new byte[SMALL]);
        }
    }

    private static void thereAndBack(byte[] plain) {
        byte[] key = new byte[Derive.KEY_BYTES];
        byte[] aad = new byte[0];
        byte[] stream = StreamCipher.seal(key, aad, plain);
        try {
            StreamCipher.open(key, aad, stream, 0, stream.length, "Zeros");
        } catch (Failure.Damaged e) {
            throw new IllegalStateException(e);
        }
    }
}
