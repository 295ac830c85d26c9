package aloft.tree;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.NodeType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Everything below an entry, and the blocks of its files. */
final class Subtree {

    private final Tree tree;

    Subtree(Tree tree) {
        this.tree = tree;
    }

    /** The files at or below the entry. */
    static List<Node> files(Node top) {
        List<Node> files = new ArrayList<>();
        Deque<Node> open = new ArrayDeque<>();
        open.push(top);
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (node instanceof Folder folder) {
                folder.children().forEach(open::push);
            } else if (node.type == NodeType.FILE) {
                files.add(node);
            }
        }
        return files;
    }

    /** The committed blocks of a file. Reads the database, so it is called without the tree's lock. */
    List<BlockRow> blocks(long id) throws Failure {
        FileContent content = tree.contents.contentOrNull(id);
        return content != null ? content.blocks() : tree.database.blocks(id);
    }
}
