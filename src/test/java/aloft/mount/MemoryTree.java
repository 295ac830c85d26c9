package aloft.mount;

import aloft.format.Name;
import aloft.format.NodeType;
import aloft.tree.FsException;
import aloft.tree.FsException.Reason;
import org.jspecify.annotations.Nullable;

/** The names of a {@link MemoryDrive}. Guarded by the drive. */
final class MemoryTree {

    private final MemoryNode root;

    MemoryTree(MemoryNode root) {
        this.root = root;
    }

    /** Where a path ends: the folder that it is in, and the name there. */
    record Place(MemoryNode folder, String name) {

        @Nullable
        MemoryNode nodeOrNull() {
            return folder.children.get(name);
        }
    }

    MemoryNode find(String path) throws FsException {
        MemoryNode node = root;
        for (int at = 1; at < path.length();) {
            int end = path.indexOf('/', at);
            end = end < 0 ? path.length() : end;
            node = child(node, path.substring(at, end), path);
            at = end + 1;
        }
        return node;
    }

    private static MemoryNode child(MemoryNode folder, String name, String path) throws FsException {
        MemoryNode child = folderOf(folder, path).children.get(checked(name));
        if (child == null) {
            throw new FsException(Reason.NOT_FOUND, path);
        }
        return child;
    }

    private static String checked(String name) throws FsException {
        if (name.length() > Name.MAX_BYTES) {
            throw new FsException(Reason.NAME_TOO_LONG, name);
        }
        return name;
    }

    static MemoryNode folderOf(MemoryNode node, String path) throws FsException {
        if (node.type != NodeType.FOLDER) {
            throw new FsException(Reason.NOT_A_FOLDER, path);
        }
        return node;
    }

    Place place(String path) throws FsException {
        int slash = path.lastIndexOf('/');
        MemoryNode folder = find(slash == 0 ? "/" : path.substring(0, slash));
        return new Place(folderOf(folder, path), checked(path.substring(slash + 1)));
    }

    /** Whether POSIX lets the node take the other's place. */
    static void checkReplace(MemoryNode node, MemoryNode there, String to) throws FsException {
        if (node.type == NodeType.FOLDER && there.type != NodeType.FOLDER) {
            throw new FsException(Reason.NOT_A_FOLDER, to);
        }
        if (node.type != NodeType.FOLDER && there.type == NodeType.FOLDER) {
            throw new FsException(Reason.IS_A_FOLDER, to);
        }
        if (!there.children.isEmpty()) {
            throw new FsException(Reason.NOT_EMPTY, to);
        }
    }
}
