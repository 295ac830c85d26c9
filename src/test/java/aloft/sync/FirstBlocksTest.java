package aloft.sync;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import aloft.state.Database;
import aloft.vault.Vault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstBlocksTest {

    private static final byte[] KEY = new byte[32];
    private static final int FILES = 12;

    @TempDir
    private Path folder;

    /** Whatever the log holds, both tell the same of every file that has an entry. */
    @Test
    void tellsWhatTheDatabaseWillTell() throws Exception {
        for (long seed = 1; seed <= 20; seed++) {
            var random = new Random(seed);
            try (Vault vault = new TestCloud().vault;
                    Database whole = Database.open(folder.resolve("whole" + seed), KEY);
                    Database filled = Database.open(folder.resolve("filled" + seed), KEY)) {
                int checkpoint = random.nextInt(15);
                var later = new ArrayList<Commit>();
                for (int seq = 1; seq <= 30; seq++) {
                    Commit commit = anyCommit(random, seq);
                    whole.apply(commit, new byte[32]);
                    if (seq == checkpoint) {
                        new Checkpoints(vault, whole).write();
                    } else if (seq > checkpoint) {
                        later.add(commit);
                    }
                }
                FirstRows rows = first(vault, filled);
                later.forEach(rows::apply);
                assertThat(rows.nodes()).as("seed " + seed).containsExactlyInAnyOrderElementsOf(nodes(whole));
                for (NodeRow row : rows.nodes()) {
                    assertThat(rows.blocks().blocks(row.id())).as("seed " + seed)
                            .isEqualTo(Optional.of(whole.blocks(row.id())));
                }
            }
        }
    }

    private static FirstRows first(Vault vault, Database filled) throws Exception {
        var entries = new AtomicReference<FirstRows>();
        new Checkpoints(vault, filled).load((_, rows) -> entries.set(rows));
        return entries.get();
    }

    private static List<NodeRow> nodes(Database database) throws Exception {
        var nodes = new ArrayList<NodeRow>();
        database.nodes(nodes::add);
        return nodes;
    }

    private static Commit anyCommit(Random random, long seq) {
        var actions = new ArrayList<Action>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            long file = 10L + random.nextInt(FILES);
            Name name = Name.of("at " + file);
            Name other = Name.of("moved " + file);
            switch (random.nextInt(5)) {
                case 0 -> {
                    actions.add(new Action.DeleteNode(1, name));
                    actions.add(new Action.DeleteNode(1, other));
                }
                case 1 -> {
                    actions.add(new Action.DeleteNode(1, name));
                    actions.add(new Action.PutNode(file(other, file)));
                }
                case 2 -> {
                    actions.add(new Action.PutNode(file(name, file)));
                    actions.add(new Action.DeleteNode(1, other));
                }
                case 3 -> actions.add(new Action.DeleteBlock(file, random.nextInt(3)));
                default -> {
                    actions.add(new Action.DeleteNode(1, other));
                    actions.add(new Action.PutNode(file(name, file)));
                    actions.add(new Action.PutBlock(block(file, random.nextInt(3), random.nextLong())));
                }
            }
        }
        return new Commit(seq, 1, seq, 1, Map.of(), actions);
    }

    private static NodeRow file(Name name, long id) {
        return new NodeRow(1, name, id, NodeType.FILE, 5L << 22, 1_000, 0644, 1, 22, null, Map.of(), 0, null);
    }

    /** NullAway does not see the annotation of an array in a record from a class file. */
    @SuppressWarnings("NullAway")
    private static BlockRow block(long file, long index, long object) {
        return new BlockRow(file, index, new ObjectId(object, object), 0, 100, 1, null, null);
    }
}
