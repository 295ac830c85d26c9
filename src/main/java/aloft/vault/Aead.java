package aloft.vault;

import com.google.crypto.tink.subtle.AesGcmJce;
import java.security.GeneralSecurityException;

/** AES-256-GCM of small values: nonce (12), ciphertext, tag (16). */
final class Aead {

    static final int OVERHEAD = 12 + 16;

    private Aead() {}

    static byte[] seal(byte[] key, byte[] plain, byte[] aad) {
        try {
            return new AesGcmJce(key).encrypt(plain, aad);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot encrypt", e);
        }
    }

    /** @throws GeneralSecurityException when it does not authenticate */
    static byte[] open(byte[] key, byte[] sealed, byte[] aad) throws GeneralSecurityException {
        return new AesGcmJce(key).decrypt(sealed, aad);
    }
}
