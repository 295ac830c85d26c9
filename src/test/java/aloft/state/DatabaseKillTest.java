package aloft.state;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a process applied before it was killed is there for the next. With H2 2.5.252 it was not: about one kill in
 * thirty left indexes that did not fit the rows, or the rows of an earlier commit. Tell with {@code -Daloft.kill.cycles=100}.
 */
class DatabaseKillTest {

    private static final int CYCLES = Integer.getInteger("aloft.kill.cycles", 5);
    private static final byte[] KEY = new byte[32];

    @TempDir
    private Path folder;

    /** Applies commits for ever and says the number of each, while others look and set. */
    static final class Applier {

        private Applier() {}

        public static void main(String[] arguments) throws Failure {
            Database database = Database.open(Path.of(arguments[0]), KEY);
            for (int i = 0; i < 2; i++) {
                long first = i * 1_000L;
                Thread.ofPlatform().daemon().start(() -> lookAndSet(database, first));
            }
            var random = new Random(database.head().seq());
            while (true) {
                long seq = database.head().seq() + 1;
                database.apply(commit(seq, random), new byte[32]);
                System.out.println(seq);
            }
        }

        private static void lookAndSet(Database database, long first) {
            try {
                for (long id = first;; id = first + (id + 1) % 1_000) {
                    database.setValue("v" + id, new byte[8]);
                    database.blocks(id);
                    database.removeValue("v" + id);
                    database.nodes(row -> {});
                }
            } catch (Failure e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** NullAway does not see the annotation of an array in a record from a class file. */
    @SuppressWarnings("NullAway")
    private static BlockRow block(long file, long object) {
        return new BlockRow(file, 0, new ObjectId(object, file), 0, 100, 1, null, null);
    }

    private static Commit commit(long seq, Random random) {
        List<Action> actions = new ArrayList<>();
        for (int i = 1 + random.nextInt(1_000); i > 0; i--) {
            long id = 2L + random.nextInt(3_000);
            actions.add(
                    new Action.PutNode(new NodeRow(1, Name.of("n" + id), id, NodeType.FILE, seq, seq, 0644, 1,
                            22, null, Map.of("user.seq", new byte[random.nextInt(100)]), 0, null)));
            actions.add(new Action.PutBlock(block(id, random.nextLong())));
            actions.add(new Action.PutBlock(block(id, seq)));
        }
        return new Commit(seq, 1, seq, 1, Map.of(), actions);
    }

    @Test
    void everyAppliedCommitIsThereAfterEveryKill() throws IOException {
        var random = new Random();
        long acknowledged = 0;
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            try (var child = new ChildProcess(Applier.class, folder)) {
                for (int i = 1 + random.nextInt(10); i > 0; i--) {
                    acknowledged = Long.parseLong(String.valueOf(child.line()));
                }
                child.kill();
                // what it said before it died counts too
                for (String line = child.line(); line != null && line.matches("\\d+"); line = child.line()) {
                    acknowledged = Math.max(acknowledged, Long.parseLong(line));
                }
            }
            try (Database database = Database.open(folder, KEY)) {
                assertThat(database.head().seq()).as("cycle %s", cycle)
                        .isBetween(acknowledged, acknowledged + 1);
                acknowledged = database.head().seq() + 1;
                database.apply(commit(acknowledged, random), new byte[32]);
            }
        }
    }
}
