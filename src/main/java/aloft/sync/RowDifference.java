package aloft.sync;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import aloft.state.Database;
import aloft.state.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What has to be done to the rows of one database to make them those of another. For one thread. */
final class RowDifference {

    private static final int FILES_AT_ONCE = 500;

    private final Database from;
    private final Database to;
    private final Map<Place, NodeRow> before = new HashMap<>();
    private final List<Action> actions = new ArrayList<>();
    private final Set<Long> put = new HashSet<>();
    private final Set<ObjectId> objects = new HashSet<>();

    private record Place(long parent, Name name) {}

    RowDifference(Database from, Database to) {
        this.from = from;
        this.to = to;
    }

    /** In an order in which every part of them can be a commit of its own. */
    List<Action> actions() throws Failure {
        Map<Integer, String> known = from.devices();
        to.devices().forEach((id, name) -> {
            if (!known.containsKey(id)) {
                actions.add(new Action.RegisterDevice(id, name));
            }
        });
        from.nodes(row -> before.put(new Place(row.parent(), row.name()), row));
        List<NodeRow> after = new ArrayList<>();
        try (Snapshot snapshot = to.snapshot()) {
            snapshot.nodes(after::add);
        }
        Map<Place, NodeRow> gone = new LinkedHashMap<>(before);
        after.forEach(row -> gone.remove(new Place(row.parent(), row.name())));
        gone.keySet().forEach(place -> actions.add(new Action.DeleteNode(place.parent(), place.name())));
        for (NodeRow row : after) {
            NodeRow old = before.get(new Place(row.parent(), row.name()));
            if (old == null || !isSame(old, row)) {
                actions.add(new Action.PutNode(row.withVersion(0)));
                put.add(row.id());
            }
        }
        blocks(after.stream().filter(row -> row.type() == NodeType.FILE).map(NodeRow::id).toList());
        return actions;
    }

    /** The objects of the blocks that the actions put. */
    Set<ObjectId> objects() {
        return objects;
    }

    private static boolean isSame(NodeRow a, NodeRow b) {
        return a.id() == b.id() && a.type() == b.type() && a.size() == b.size() && a.mtime() == b.mtime()
                && a.mode() == b.mode() && a.blockBits() == b.blockBits()
                && String.valueOf(a.target()).equals(String.valueOf(b.target()))
                && String.valueOf(a.unknown()).equals(String.valueOf(b.unknown()))
                && a.xattrs().keySet().equals(b.xattrs().keySet())
                && a.xattrs()
                        .entrySet()
                        .stream()
                        .allMatch(xattr -> Arrays.equals(xattr.getValue(), b.xattrs().get(xattr.getKey())));
    }

    private void blocks(List<Long> files) throws Failure {
        for (int at = 0; at < files.size(); at += FILES_AT_ONCE) {
            List<Long> some = files.subList(at, Math.min(files.size(), at + FILES_AT_ONCE));
            Map<Long, List<BlockRow>> old = from.blocks(some);
            to.blocks(some).forEach((file, rows) -> blocks(file, old.getOrDefault(file, List.of()), rows));
        }
    }

    /** All of a file that is put: it may have been at no name for a while, which takes its blocks away. */
    private void blocks(long file, List<BlockRow> old, List<BlockRow> rows) {
        Map<Long, BlockRow> left = new HashMap<>();
        old.forEach(row -> left.put(row.index(), row));
        for (BlockRow row : rows) {
            BlockRow was = left.remove(row.index());
            boolean same = was != null && was.object().equals(row.object()) && was.offset() == row.offset();
            if (!same || put.contains(file)) {
                actions.add(new Action.PutBlock(row));
                objects.add(row.object());
            }
        }
        left.keySet().forEach(index -> actions.add(new Action.DeleteBlock(file, index)));
    }
}
