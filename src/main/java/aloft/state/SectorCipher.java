package aloft.state;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM for sectors of 4 KiB: nonce(12), ciphertext, tag(16), bound to the number of the sector. Not safe for
 * several threads.
 */
final class SectorCipher {

    /** Bytes of plaintext. */
    static final int PLAIN = 4096;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    /** Bytes of a sector when encrypted. */
    static final int SEALED = NONCE + PLAIN + TAG;

    private final SecretKey key;
    private final Cipher cipher;
    private final byte[] number = new byte[Long.BYTES];

    SectorCipher(SecretKey key) {
        this.key = key;
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param nonce used for no other sector, nor for this one before */
    void seal(long sector, byte[] nonce, byte[] from, int start, byte[] to, int at) {
        System.arraycopy(nonce, 0, to, at, NONCE);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG * 8, nonce));
            cipher.updateAAD(bound(sector));
            cipher.doFinal(from, start, PLAIN, to, at + NONCE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return false when it does not authenticate */
    boolean open(long sector, byte[] from, int start, byte[] to, int at) {
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG * 8, from, start, NONCE));
            cipher.updateAAD(bound(sector));
            cipher.doFinal(from, start + NONCE, PLAIN + TAG, to, at);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] bound(long sector) {
        ByteBuffer.wrap(number).putLong(sector);
        return number;
    }
}
