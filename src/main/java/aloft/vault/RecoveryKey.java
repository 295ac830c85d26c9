package aloft.vault;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Recovery keys on paper: 20 random bytes and the first 20 bits of SHA-256("aloft1/rk" + bytes), in
 * Crockford's base32 as nine groups of four.
 */
final class RecoveryKey {

    private static final int BYTES = 20;
    private static final int SYMBOLS = 36;
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private RecoveryKey() {}

    static byte[] random(SecureRandom random) {
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        return key;
    }

    static String encode(byte[] key) {
        byte[] all = withChecksum(key);
        var text = new StringBuilder();
        for (int i = 0; i < SYMBOLS; i++) {
            if (i > 0 && i % 4 == 0) {
                text.append('-');
            }
            text.append(ALPHABET.charAt(symbol(all, i)));
        }
        return text.toString();
    }

    /** Whether it is written like a recovery key, mistyped ones included. */
    static boolean looksLikeOne(char[] chars) {
        return symbolsOrNull(chars) != null;
    }

    /** The 20 bytes, or null when it is not a recovery key or has a typing mistake. */
    static byte @Nullable [] decodeOrNull(char[] chars) {
        int[] symbols = symbolsOrNull(chars);
        if (symbols == null) {
            return null;
        }
        byte[] key = new byte[BYTES];
        for (int bit = 0; bit < BYTES * 8; bit++) {
            int one = symbols[bit / 5] >> (4 - bit % 5) & 1;
            key[bit / 8] = (byte) (key[bit / 8] | one << (7 - bit % 8));
        }
        byte[] all = withChecksum(key);
        for (int i = 0; i < SYMBOLS; i++) {
            if (symbol(all, i) != symbols[i]) {
                Arrays.fill(key, (byte) 0);
                return null;
            }
        }
        return key;
    }

    /** Values of the 36 symbols; case, hyphens and spaces do not matter, O is 0, I and L are 1. */
    private static int @Nullable [] symbolsOrNull(char[] chars) {
        int[] symbols = new int[SYMBOLS];
        int count = 0;
        for (char c : chars) {
            if (c == '-' || c == ' ') {
                continue;
            }
            int value = valueOf(c);
            if (value < 0 || count == SYMBOLS) {
                return null;
            }
            symbols[count++] = value;
        }
        return count == SYMBOLS ? symbols : null;
    }

    private static int valueOf(char c) {
        return switch (c) {
            case 'o', 'O' -> 0;
            case 'i', 'I', 'l', 'L' -> 1;
            default -> c < 128 ? ALPHABET.indexOf(Character.toUpperCase(c)) : -1;
        };
    }

    /** The key and 3 bytes of its hash, of which 20 bits count. */
    private static byte[] withChecksum(byte[] key) {
        MessageDigest sha = Derive.sha256();
        sha.update("aloft1/rk".getBytes(StandardCharsets.US_ASCII));
        byte[] hash = sha.digest(key);
        byte[] all = Arrays.copyOf(key, BYTES + 3);
        System.arraycopy(hash, 0, all, BYTES, 3);
        return all;
    }

    private static int symbol(byte[] all, int index) {
        int value = 0;
        for (int bit = index * 5; bit < index * 5 + 5; bit++) {
            value = value << 1 | all[bit / 8] >> (7 - bit % 8) & 1;
        }
        return value;
    }
}
