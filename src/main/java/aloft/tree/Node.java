package aloft.tree;

import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An entry of the tree as the user sees it. Guarded by the tree's lock. */
class Node {

    /** Another one only when a conflict makes a copy of it. */
    long id;
    /** How often its content became another device's. */
    int replaced;
    final NodeType type;
    /** Null for the root and for what has no name any more. */
    @Nullable
    Folder parent;
    @Nullable
    Name name;
    long size;
    long mtime;
    long ctime;
    int mode;
    int rootKey;
    int blockBits = NodeRow.DEFAULT_BLOCK_BITS;
    @Nullable
    String target;
    Map<String, byte[]> xattrs = Map.of();
    long version;
    @Nullable
    String unknown;
    /** Whether its content has changes that are not in the log. */
    boolean written;

    Node(long id, NodeType type) {
        this.id = id;
        this.type = type;
    }

    static Node of(NodeRow row) {
        Node node = row.type() == NodeType.FOLDER ? new Folder(row.id()) : new Node(row.id(), row.type());
        node.take(row);
        node.ctime = row.mtime();
        return node;
    }

    /** Everything but the place. */
    final void take(NodeRow row) {
        size = row.size();
        mtime = row.mtime();
        mode = row.mode();
        rootKey = row.rootKey();
        blockBits = row.blockBits();
        target = row.target();
        xattrs = row.xattrs();
        version = row.version();
        unknown = row.unknown();
    }

    /** Its row; only for what has a place. */
    final NodeRow row() {
        Folder folder = parent;
        Name at = name;
        if (folder == null || at == null) {
            throw new IllegalStateException("node " + id + " has no place");
        }
        return row(folder.id, at);
    }

    /** What its row would be at another place. */
    final NodeRow row(long parentId, Name at) {
        return new NodeRow(parentId, at, id, type, size, mtime, mode, rootKey, blockBits, target, xattrs,
                version,
                unknown);
    }

    final boolean isAt(long parentId, Name at) {
        return parent != null && parent.id == parentId && at.equals(name);
    }

    final Drive.Attributes attributes() {
        boolean folder = type == NodeType.FOLDER;
        return new Drive.Attributes(inode(), type, folder ? 4096 : size, mtime, ctime, mode, links(),
                folder ? 4096 : size);
    }

    /**
     * A file with other content is another one to the kernel, as after a rename over it: who has the old one open goes on
     * reading that, and pages of the two are never mixed. Counters of ids do not come as far as these bits.
     */
    final long inode() {
        return id ^ (replaced & 0xffL) << 40;
    }

    int links() {
        return isGone() ? 0 : 1;
    }

    /** Whether it has no name any more. */
    final boolean isGone() {
        return parent == null && id != NodeRow.ROOT_ID;
    }

    /** The path from the root; of what has no name, the name it had last is not known. */
    final boolean isWithin(Node above) {
        for (Node node = this; node != null; node = node.parent) {
            if (node == above) {
                return true;
            }
        }
        return false;
    }

    final String path() {
        if (parent == null) {
            return id == NodeRow.ROOT_ID ? "/" : "(deleted)";
        }
        String above = parent.path();
        Name at = name;
        return (above.equals("/") ? "" : above) + "/" + (at == null ? "" : at.raw());
    }
}
