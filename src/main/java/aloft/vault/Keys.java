package aloft.vault;

import aloft.failure.Failure;
import aloft.format.ObjectId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;

/** The keys of an open vault and what is derived from them. Immutable; the arrays are not to be changed. */
final class Keys {

    private final byte[] vaultId;
    private final byte[] vaultKey;
    private final Map<Integer, Root> roots = new HashMap<>();
    private final int primary;
    private final long revision;

    /** @param roots root keys by id, the primary's among them */
    Keys(byte[] vaultId, byte[] vaultKey, Map<Integer, byte[]> roots, int primary, long revision) {
        this.vaultId = vaultId;
        this.vaultKey = vaultKey;
        this.primary = primary;
        this.revision = revision;
        roots.forEach((id, key) -> this.roots.put(id, new Root(vaultId, key)));
    }

    String id() {
        return HexFormat.of().formatHex(vaultId);
    }

    byte[] vaultId() {
        return vaultId;
    }

    byte[] vaultKey() {
        return vaultKey;
    }

    int primary() {
        return primary;
    }

    long revision() {
        return revision;
    }

    Keys withRevision(long newRevision) {
        return new Keys(vaultId, vaultKey, rootKeys(), primary, newRevision);
    }

    boolean hasRoot(int root) {
        return roots.containsKey(root);
    }

    Map<Integer, byte[]> rootKeys() {
        var keys = new HashMap<Integer, byte[]>();
        roots.forEach((id, root) -> keys.put(id, root.key));
        return keys;
    }

    /** What is written is written under this one. */
    Root primaryRoot() {
        return Objects.requireNonNull(roots.get(primary));
    }

    Root root(int id) throws Failure.Damaged {
        Root root = roots.get(id);
        if (root == null) {
            throw new Failure.Damaged("Data names key " + id + ", which this vault does not have.", null);
        }
        return root;
    }

    byte[] local(String purpose) {
        return Derive.hkdf(vaultKey, vaultId,
                ("aloft1/local/" + purpose).getBytes(StandardCharsets.UTF_8));
    }

    byte[] blockAad(long node, long index, ObjectId object, int offset) {
        return ByteBuffer.allocate(8 + 16 + 8 + 8 + 16 + 4)
                .put("aloft1/b".getBytes(StandardCharsets.US_ASCII))
                .put(vaultId)
                .putLong(node)
                .putLong(index)
                .putLong(object.high())
                .putLong(object.low())
                .putInt(offset)
                .array();
    }

    byte[] trailerAad(ObjectId object) {
        return ByteBuffer.allocate(8 + 16 + 16)
                .put("aloft1/t".getBytes(StandardCharsets.US_ASCII))
                .put(vaultId)
                .putLong(object.high())
                .putLong(object.low())
                .array();
    }

    byte[] pageAad(ObjectId object, int offset, String table) {
        byte[] name = table.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(8 + 16 + 16 + 4 + name.length)
                .put("aloft1/p".getBytes(StandardCharsets.US_ASCII))
                .put(vaultId)
                .putLong(object.high())
                .putLong(object.low())
                .putInt(offset)
                .put(name)
                .array();
    }

    /** A root key and what is derived from it. */
    static final class Root {
        private final byte[] vaultId;
        private final byte[] key;
        private final byte[] meta;
        private final byte[] pack;

        Root(byte[] vaultId, byte[] key) {
            this.vaultId = vaultId;
            this.key = key;
            this.meta = Derive.hkdf(key, vaultId, "aloft1/meta");
            this.pack = Derive.hkdf(key, vaultId, "aloft1/pack");
        }

        byte[] meta() {
            return meta;
        }

        byte[] pack() {
            return pack;
        }

        byte[] file(long node) {
            byte[] prefix = "aloft1/file/".getBytes(StandardCharsets.US_ASCII);
            return Derive.hkdf(key, vaultId,
                    ByteBuffer.allocate(prefix.length + 8).put(prefix).putLong(node).array());
        }
    }
}
