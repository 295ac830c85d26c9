package aloft.tree;

import aloft.format.BlockRow;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import aloft.fuzz.Target;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the tree writes into the journal. */
public final class TreeTargets {

    private TreeTargets() {}

    public static List<Target> all() {
        return List.of(new Target("journal-entry",
                () -> entries().stream().map(Entry::encode).toList(), Entry::decode,
                Set.of(IOException.class)));
    }

    private static List<Entry> entries() {
        var row = new NodeRow(1, Name.of("file"), 7, NodeType.FILE, 5, 6, 0644, 1, 22, null,
                Map.of("user.a", new byte[3]), 2, "\"x\":1");
        var link = new NodeRow(1, Name.of("link"), 8, NodeType.LINK, 0, 6, 0777, 1, 22, "file", Map.of(), 2,
                null);
        var block = new BlockRow(7, 0, new ObjectId(1, 2), 3, 100, 1, new byte[40], null);
        var nodes = new Entry.Nodes(4, List.of(new Entry.NodeState(7, row), new Entry.NodeState(8, link),
                new Entry.NodeState(9, null)));
        return List.of(nodes, new Entry.Data(7, 0, 5, 6), new Entry.Zeros(7, 0, 5, 6, 7),
                new Entry.Attempt(3, new byte[32], 4,
                        List.of(new Entry.Included(7, false, 5, 22, List.of(0L, 1L)))),
                new Entry.Done(new byte[32]), new Entry.Clean(4, List.of(7L)),
                new Entry.Beneath(7, List.of(block)), new Entry.Moved(7, 8, 5, 6, List.of(block)),
                new Entry.Pinned(List.of(7L, 8L)),
                new Entry.Group(List.of(Entry.encode(nodes), Entry.encode(new Entry.Done(new byte[32])))));
    }
}
