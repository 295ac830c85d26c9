package aloft.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

    private static final byte[] KEY = new byte[32];
    private static final byte[] HASH = new byte[32];

    @TempDir
    private Path folder;

    private static NodeRow file(long parent, String name, long id, long size) {
        return new NodeRow(parent, Name.of(name), id, NodeType.FILE, size, 1_000, 0644, 1, 22, null, Map.of(),
                0,
                null);
    }

    /** NullAway does not see the annotation of an array in a record from a class file. */
    @SuppressWarnings("NullAway")
    private static BlockRow block(long file, long index, int object) {
        return new BlockRow(file, index, new ObjectId(object, object), 0, 100, 1, null, null);
    }

    private static Commit commit(long seq, Action... actions) {
        return new Commit(seq, 1, seq * 1_000, 1, Map.of(), List.of(actions));
    }

    @Test
    void appliesCommitsAndKeepsWhatTheySupersede() throws Failure {
        try (Database database = Database.open(folder, KEY)) {
            database.apply(
                    commit(1, new Action.PutNode(file(1, "a", 5, 10)), new Action.PutBlock(block(5, 0, 1))),
                    HASH);
            database.apply(
                    commit(2, new Action.PutNode(file(1, "a", 5, 20)), new Action.PutBlock(block(5, 0, 2))),
                    HASH);
            assertThat(database.node(1, Name.of("a"))).contains(file(1, "a", 5, 20).withVersion(2));
            assertThat(database.blocks(5)).containsExactly(block(5, 0, 2));
            assertThat(database.history().versions(1, Name.of("a")))
                    .containsExactly(new OldNode(file(1, "a", 5, 10).withVersion(1), 2, 2_000));
            assertThat(database.history().blocksAt(5, 1)).containsExactly(block(5, 0, 1));
        }
    }

    @Test
    void blocksOfAFileThatIsGoneGoToTheHistory() throws Failure {
        try (Database database = Database.open(folder, KEY)) {
            database.apply(
                    commit(1, new Action.PutNode(file(1, "a", 5, 10)), new Action.PutBlock(block(5, 0, 1))),
                    HASH);
            database.apply(commit(2, new Action.DeleteNode(1, Name.of("a"))), HASH);
            assertThat(database.blocks(5)).isEmpty();
            assertThat(database.history().blocksAt(5, 1)).containsExactly(block(5, 0, 1));
            assertThat(database.history().deleted(0)).extracting(old -> old.row().id()).containsExactly(5L);
        }
    }

    @Test
    void refusesACommitThatDoesNotFollow() throws Failure {
        try (Database database = Database.open(folder, KEY)) {
            assertThatThrownBy(() -> database.apply(commit(2), HASH))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(database.head().seq()).isZero();
        }
    }

    @Test
    void aLoadReplacesAllButValues() throws Failure {
        try (Database database = Database.open(folder, KEY)) {
            database.apply(commit(1, new Action.PutNode(file(1, "a", 5, 10))), HASH);
            database.setValue("x", new byte[]{1});
            try (Load givenUp = database.load()) {
                givenUp.device(3, "locks the row until it is rolled back");
            }
            try (Load load = database.load()) {
                load.node(file(1, "b", 6, 10));
                load.block(block(6, 0, 3));
                load.device(3, "three");
                load.finish(new Database.Head(9, HASH));
            }
            assertThat(database.node(1, Name.of("a"))).isEmpty();
            assertThat(database.node(1, Name.of("b"))).isPresent();
            assertThat(database.value("x")).isPresent();
            assertThat(database.head().seq()).isEqualTo(9);
        }
        try (Database database = Database.open(folder, KEY)) {
            assertThat(database.blocks(6)).containsExactly(block(6, 0, 3));
            assertThat(database.devices()).isEqualTo(Map.of(3, "three"));
            assertThat(database.value("y")).isEqualTo(Optional.empty());
        }
    }

    @Test
    void whileOneThreadFillsItTheOthersWait() throws Exception {
        try (Database database = Database.open(folder, KEY)) {
            var go = new CountDownLatch(1);
            var filler = new Thread(() -> {
                try {
                    go.await();
                    database.apply(commit(1, new Action.PutNode(file(1, "a", 5, 10))), HASH);
                    database.release(null);
                } catch (Exception e) {
                    database.release(new Failure.Damaged("It failed.", e));
                }
            });
            database.reserveFor(filler);
            filler.start();
            var asked = CompletableFuture.supplyAsync(() -> {
                try {
                    return database.head().seq();
                } catch (Failure e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(asked).isNotDone();
            go.countDown();
            assertThat(asked.get()).isEqualTo(1);
            database.reserveFor(filler);
            database.release(new Failure.Unreachable("Gone.", null));
            assertThatThrownBy(database::head).hasMessage("Gone.");
        }
    }

    @Test
    void whatFilesHoldIsToldWhileItIsFilled() throws Exception {
        try (Database database = Database.open(folder, KEY)) {
            database.answerMeanwhile(file -> Optional.of(List.of(block(file, 7, 3))));
            assertThat(database.blocks(5)).isEmpty();
            database.reserveFor(new Thread(() -> {}));
            database.answerMeanwhile(file -> Optional.of(List.of(block(file, 7, 3))));
            assertThat(database.blocks(5)).containsExactly(block(5, 7, 3));
            database.release(new Failure.Damaged("It failed.", null));
            assertThat(database.blocks(5)).containsExactly(block(5, 7, 3));
            assertThatThrownBy(database::head).hasMessage("It failed.");
            database.release(null);
            assertThat(database.blocks(5)).isEmpty();
        }
    }

    @Test
    void whoWaitsToWriteDoesNotStandInTheWayOfWhoFills() throws Exception {
        try (Database database = Database.open(folder, KEY)) {
            var go = new CountDownLatch(1);
            var filler = new Thread(() -> {
                try (Load load = database.load()) {
                    go.await();
                    load.node(file(1, "a", 5, 10));
                    load.finish(new Database.Head(9, HASH));
                    database.release(null);
                } catch (Exception e) {
                    database.release(new Failure.Damaged("It failed.", e));
                }
            });
            database.reserveFor(filler);
            filler.start();
            var written = new CompletableFuture<Void>();
            var writer = new Thread(() -> {
                try {
                    database.setValue("x", new byte[1]);
                    written.complete(null);
                } catch (Failure e) {
                    written.completeExceptionally(e);
                }
            });
            writer.start();
            while (writer.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            go.countDown();
            written.get();
            assertThat(database.value("x")).isPresent();
            assertThat(database.head().seq()).isEqualTo(9);
        }
    }

    @Test
    void anotherKeyIsDamage() throws Exception {
        Database.open(folder, KEY).close();
        byte[] other = new byte[32];
        other[0] = 1;
        assertThatThrownBy(() -> Database.open(folder, other)).isInstanceOf(Failure.Damaged.class);
        Database.delete(folder);
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }
}
