package aloft.tree;

import aloft.format.Name;
import aloft.format.NodeType;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A folder with its entries. Guarded by the tree's lock. */
final class Folder extends Node {

    private Map<Name, Node> children = Map.of();
    private int folders;

    Folder(long id) {
        super(id, NodeType.FOLDER);
    }

    @Nullable
    Node childOrNull(Name name) {
        return children.get(name);
    }

    Iterable<Node> children() {
        return children.values();
    }

    int count() {
        return children.size();
    }

    /** As programs that walk over folders expect it: the name, the dot, and the two dots of each folder in it. */
    @Override
    int links() {
        return isGone() ? 0 : 2 + folders;
    }

    /** The name must be free. */
    void attach(Node node, Name name) {
        if (children.isEmpty()) {
            children = new HashMap<>(4);
        }
        if (children.putIfAbsent(name, node) != null) {
            throw new IllegalStateException("the name is taken");
        }
        folders += node.type == NodeType.FOLDER ? 1 : 0;
        node.parent = this;
        node.name = name;
    }

    void detach(Node node) {
        if (node.name == null || children.remove(node.name) != node) {
            throw new IllegalStateException("not an entry of this folder");
        }
        folders -= node.type == NodeType.FOLDER ? 1 : 0;
        node.parent = null;
        node.name = null;
    }

    /** The name, or the first one that {@code other} makes of it which nothing here has. */
    Name freeName(Name wish, UnaryOperator<Name> other) {
        Name free = wish;
        while (childOrNull(free) != null) {
            free = other.apply(free);
        }
        return free;
    }
}
