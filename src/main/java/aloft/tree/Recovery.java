package aloft.tree;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.state.Database;
import aloft.state.Journal;
import aloft.tree.Attempts.Tried;
import aloft.tree.Replay.Content;
import aloft.tree.Replay.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Builds the tree at a start: the rows of the database with what the journal holds on top. */
final class Recovery {

    private final Database database;
    private final Replay replay;
    private final Namespace names;
    private final UnaryOperator<Name> conflictName;

    Recovery(Database database, Replay replay, Namespace names, UnaryOperator<Name> conflictName) {
        this.database = database;
        this.replay = replay;
        this.names = names;
        this.conflictName = conflictName;
    }

    /**
     * The attempts whose outcome the database knows are settled; the others are returned. The journal is told at once,
     * before anything that is changed from now on: it is not to be settled along with what was before.
     */
    List<Tried> attempts(long head, Journal journal) throws Failure {
        List<Tried> open = new ArrayList<>();
        for (Tried tried : replay.open()) {
            if (tried.attempt().seq() > head) {
                open.add(tried);
            } else {
                replay.close(tried);
                if (database.hashAt(tried.attempt().seq())
                        .filter(hash -> Arrays.equals(hash, tried.attempt().hash()))
                        .isPresent()) {
                    replay.settle(tried.attempt());
                    journal.append(Entry.encode(new Entry.Done(tried.attempt().hash())));
                }
            }
        }
        return open;
    }

    /** Fills the tree with the rows of the log. */
    void loadRows(Collection<NodeRow> rows) {
        List<NodeRow> lost = names.load(rows);
        for (NodeRow row : lost) {
            Node node = Objects.requireNonNull(names.nodeOrNull(row.id()));
            if (node.parent == null && node != names.root()) {
                attach(node, names.root(), row.name());
            }
        }
    }

    /** Puts the entries of the journal where they were. */
    void replayStates() {
        names.stampIsAtLeast(replay.stamp());
        Map<Node, NodeRow> alive = new LinkedHashMap<>();
        replay.states.forEach((id, state) -> take(id, state, alive));
        alive.forEach((node, row) -> {
            Folder folder = names.nodeOrNull(row.parent()) instanceof Folder found && !found.isWithin(node)
                    ? found
                    : names.root();
            attach(node, folder, row.name());
        });
        names.takeTouched();
        names.takeCleaned();
    }

    private void take(long id, State state, Map<Node, NodeRow> alive) {
        Node node = names.nodeOrNull(id);
        NodeRow row = state.row();
        if (node == null && row != null) {
            node = Node.of(row);
            node.version = 0;
            names.register(node);
        }
        if (node == null) {
            return;
        }
        Intent intent = names.touch(node);
        intent.ref = state.ref();
        if (node.parent != null) {
            node.parent.detach(node);
        }
        if (row == null) {
            names.unregister(node);
            if (intent.base == null) {
                names.forget(intent);
            }
        } else {
            long version = node.version;
            node.take(row);
            node.version = version;
            node.ctime = row.mtime();
            alive.put(node, row);
        }
    }

    private void attach(Node node, Folder folder, Name name) {
        folder.attach(node, folder.freeName(name, conflictName));
    }

    /** Contents with changes, for the entries that are there. */
    void replayContents(Contents contents, Journal journal) throws Failure {
        for (Map.Entry<Long, Content> found : replay.contents.entrySet()) {
            long id = found.getKey();
            Content content = found.getValue();
            Node node = names.nodeOrNull(id);
            if (node != null && node.type == NodeType.FILE) {
                contents.adopt(content(node, content, journal));
                names.touchContent(node);
                node.size = content.size;
                State state = replay.states.get(id);
                if (state == null || state.ref() < content.lastRef) {
                    node.mtime = content.mtime;
                    node.ctime = content.mtime;
                }
            }
        }
    }

    private FileContent content(Node node, Content content, Journal journal) throws Failure {
        List<BlockRow> base = content.base;
        if (base == null) {
            base = node.version == 0 ? List.of() : database.blocks(node.id);
        }
        return new FileContent(node.id, node.blockBits, base, content, journal);
    }

    /** The highest counter of this device's ids. */
    long highestCounter(int device) {
        return names.ids()
                .filter(id -> NodeIds.deviceOf(id) == device)
                .map(NodeIds::counterOf)
                .max()
                .orElse(0);
    }
}
