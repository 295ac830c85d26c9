package aloft.vault;

import aloft.format.ObjectId;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Where the objects of a vault lie in the store. */
final class ObjectKeys {

    static final String CHECKPOINTS = "k/";
    static final String COMMITS = "m/";
    static final String README = "README.txt";

    private ObjectKeys() {}

    static String commit(long seq) {
        return COMMITS + HexFormat.of().toHexDigits(seq);
    }

    static String checkpoint(long seq) {
        return CHECKPOINTS + HexFormat.of().toHexDigits(seq);
    }

    /** The seq of a checkpoint's key, -1 for any other key. */
    static long checkpointSeq(String key) {
        return seq(CHECKPOINTS, key);
    }

    /** The seq of a commit's key, -1 for any other key. */
    static long commitSeq(String key) {
        return seq(COMMITS, key);
    }

    private static long seq(String prefix, String key) {
        String hex = key.substring(prefix.length());
        try {
            long seq = hex.length() == 16 ? HexFormat.fromHexDigitsToLong(hex) : -1;
            return seq > 0 && (prefix + HexFormat.of().toHexDigits(seq)).equals(key) ? seq : -1;
        } catch (IllegalArgumentException e) {
            return -1;
        }
    }

    static String object(Vault.Kind kind, ObjectId id) {
        String hex = id.hex();
        return kind.prefix + hex.substring(0, 2) + "/" + hex;
    }

    /** The object's id, null when the key is none that {@link #object} gives. */
    static @Nullable ObjectId objectIdOrNull(Vault.Kind kind, String key) {
        try {
            ObjectId id = ObjectId.parse(key.substring(key.lastIndexOf('/') + 1));
            return object(kind, id).equals(key) ? id : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
