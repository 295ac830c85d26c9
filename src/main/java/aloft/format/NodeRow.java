package aloft.format;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the tree as the log keeps it, key ({@code parent}, {@code name}).
 *
 * @param parent  node id of the folder it lies in
 * @param id      u16 device + u48 counter; the inode number; 1 is the root, which has no row
 * @param size    bytes; 0 for folders, the target's length for links
 * @param mtime   nanoseconds since 1970, so years 1678 to 2262
 * @param mode    permission bits, 0 to 07777
 * @param rootKey id of the root key its content is encrypted under
 * @param blockBits log2 of the block size, 22 unless the file was made otherwise
 * @param target  a link's target, one char for each byte; null for files and folders
 * @param xattrs  extended attributes by their full name; the values are not to be changed
 * @param version seq of the commit that changed it last, 0 when it is in no commit yet
 * @param unknown fields that this version does not know, as the members of a JSON object without
 *                braces, kept as they are; null when there are none
 */
public record NodeRow(
        long parent,
        Name name,
        long id,
        NodeType type,
        long size,
        long mtime,
        int mode,
        int rootKey,
        int blockBits,
        @Nullable String target,
        Map<String, byte[]> xattrs,
        long version,
        @Nullable String unknown) {

    public static final long ROOT_ID = 1;
    public static final int DEFAULT_BLOCK_BITS = 22;

    public NodeRow {
        if (size < 0 || blockBits < 16 || blockBits > 26 || (type == NodeType.LINK) != (target != null)) {
            throw new IllegalArgumentException("not a node row");
        }
        xattrs = Map.copyOf(xattrs);
    }

    public NodeRow withVersion(long seq) {
        return new NodeRow(parent, name, id, type, size, mtime, mode, rootKey, blockBits, target, xattrs, seq,
                unknown);
    }

    public NodeRow at(long newParent, Name newName) {
        return new NodeRow(newParent, newName, id, type, size, mtime, mode, rootKey, blockBits, target,
                xattrs,
                version, unknown);
    }

    public NodeRow withContent(long newSize, long newMtime) {
        return new NodeRow(parent, name, id, type, newSize, newMtime, mode, rootKey, blockBits, target,
                xattrs,
                version, unknown);
    }
}
