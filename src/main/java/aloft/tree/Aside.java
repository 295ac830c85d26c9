package aloft.tree;

import aloft.format.Name;
import aloft.format.NodeType;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Gives a file of its own to who goes on writing into one that another device replaced or removed meanwhile:
 * a conflicted copy beside what came, or the old name when nothing did. Safe for many threads.
 */
final class Aside {

    /** No file has it. */
    private static final long NOBODY = 0;

    private final Tree tree;
    private final UnaryOperator<Name> conflictName;
    private final Consumer<Collection<String>> told;

    /** @param told gets the path of each file that is made */
    Aside(Tree tree, UnaryOperator<Name> conflictName, Consumer<Collection<String>> told) {
        this.tree = tree;
        this.conflictName = conflictName;
        this.told = told;
    }

    /** The caller has the content's lock, so that nothing changes until it has written. */
    void put(FileContent content, Node old) throws FsException {
        if (content.isOrphaned() || content.home == null && old.parent == null) {
            // removed on this device: what is written goes nowhere
            content.orphan();
            content.id = NOBODY;
            return;
        }
        content.lock.lock();
        try {
            long id = tree.ids.take();
            content.moveTo(id, tree.append(content.moved(NOBODY, id)));
            attach(content, old);
        } catch (IOException e) {
            throw Tree.failure(e);
        } finally {
            content.lock.unlock();
        }
    }

    private void attach(FileContent content, Node old) throws FsException {
        Home home = content.home;
        Node node = new Node(content.id, NodeType.FILE);
        node.size = content.size();
        node.mode = old.mode;
        node.blockBits = content.blockBits;
        node.rootKey = old.rootKey;
        node.xattrs = old.xattrs;
        String path = tree.change((names, now) -> {
            Folder folder = home == null ? old.parent : home.folder();
            Name name = home == null ? old.name : home.name();
            if (folder == null || names.nodeOrNull(folder.id) != folder) {
                folder = names.root();
            }
            Name free = folder.freeName(name == null ? Name.ofRaw("file") : name, conflictName);
            node.mtime = now;
            node.written = true;
            names.add(folder, free, node, now);
            content.home = null;
            content.node = node;
            // at once: who finds the name must not find it empty
            tree.contents.adopt(content);
            return node.path();
        });
        told.accept(List.of(path));
    }
}
