package aloft.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.ObjectId;
import aloft.fuzz.Mutator;
import aloft.store.MemoryStore;
import aloft.vault.RowWriter.Until;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever bytes a store gives: the right thing, Damaged or TooNew, and never another exception. */
class DamageTest {

    private static final int MUTANTS = Integer.getInteger("aloft.mutants", 2_000);
    private final long seed = Long.getLong("aloft.seed", System.nanoTime());
    private final Mutator mutator = new Mutator(seed);
    private final byte[] zeros = new byte[CommitCodec.HASH];
    private Keys keys;

    @BeforeEach
    void keys() {
        keys = new Keys(new byte[16], new byte[32], Map.of(1, new byte[32]), 1, 1);
    }

    /** Reads something. */
    private interface Parser {
        void parse(byte[] bytes) throws Exception;
    }

    private int mutants(byte[] good, Parser parser) throws Exception {
        parser.parse(good);
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutator.mutate(good);
            try {
                parser.parse(mutant);
            } catch (Failure.Damaged | Failure.TooNew e) {
                refused++;
            } catch (Exception | StackOverflowError e) {
                fail("seed " + seed + ", mutant " + i + ": "
                        + new String(mutant, StandardCharsets.ISO_8859_1),
                        e);
            }
        }
        return refused;
    }

    @Test
    void mutatedCommitsUnderTheRightKey() throws Exception {
        byte[] lines = lines(commit());
        int refused = mutants(lines, json -> CommitCodec.open(keys, 1, zeros,
                Metadata.seal(keys, Metadata.COMMIT, place(1), json)));
        assertThat(refused).isGreaterThan(MUTANTS / 2);
    }

    @Test
    void mutatedCheckpointIndexesUnderTheRightKey() throws Exception {
        var memory = new MemoryStore();
        Vault vault = VaultTest.create(memory);
        Checkpoint checkpoint = vault.writeCheckpoint(9, zeros, rows(), null);
        byte[] object = CheckpointIndex.seal(keys, checkpoint);
        byte[] lines = Metadata.open(keys, Metadata.CHECKPOINT, seq(9), object, 1 << 20, "");
        int refused = mutants(lines, json -> CheckpointIndex.open(keys, 9,
                Metadata.seal(keys, Metadata.CHECKPOINT, seq(9), json)));
        assertThat(refused).isGreaterThan(MUTANTS / 2);
    }

    @Test
    void mutatedPagesUnderTheRightKey() throws Exception {
        var memory = new MemoryStore();
        Vault vault = VaultTest.create(memory);
        Keys vaultKeys = new Unlocking(memory, VaultTest.secret("p")).open(null).keys();
        TestRows rows = rows();
        byte[] lines = nodeLines(rows);
        int refused = mutants(lines, mutant -> {
            var objects = new PageObjects(memory, vaultKeys, () -> new ObjectId(1, 2));
            var page = objects.add(Table.NODES, rows.nodes.firstKey(), mutant, rows.nodes.size(), "");
            objects.flush();
            vault.reader(new Checkpoint(1, zeros, List.of(page))).read(new TestRows());
        });
        assertThat(refused).isGreaterThan(MUTANTS / 2);
    }

    private static byte[] nodeLines(TestRows rows) {
        try (var writer = new RowWriter()) {
            rows.nodes(row -> writer.node(row, 0, Until.NOW));
            return writer.take();
        }
    }

    @Test
    void mutatedVaultFiles() throws Exception {
        var memory = new MemoryStore();
        Vault vault = VaultTest.create(memory);
        int refused = mutants(vault.file(), VaultFile::parse);
        assertThat(refused).isGreaterThan(MUTANTS / 2);
    }

    @Test
    void mutatedBodiesOfVaultFiles() throws Exception {
        Vault vault = VaultTest.create(new MemoryStore());
        byte[] body = VaultFile.parse(vault.file()).body();
        mutants(body, mutant -> VaultFile.parse(outer(mutant)));
    }

    /** JSON parsers look at the first bytes for the encoding. */
    @Test
    void bytesThatAreOfNoEncoding() {
        for (byte[] odd : List.of(new byte[]{0, 0, 0x40, 0}, new byte[]{0, 0x40, 0, 0},
                new byte[]{0, 0, -1, -2})) {
            assertThatThrownBy(() -> VaultFile.parse(odd)).isInstanceOf(Failure.Damaged.class);
            byte[] object = Metadata.seal(keys, Metadata.COMMIT, place(1), odd);
            assertThatThrownBy(() -> CommitCodec.open(keys, 1, zeros, object))
                    .isInstanceOf(Failure.Damaged.class);
        }
    }

    /** Found by Jazzer: what made a number of it to write it down again refused it in its own way. */
    @Test
    void numbersThatNobodyCanHold() throws Exception {
        byte[] body = "{\"format\":1,\"slots\":[{\"id\":\"a\",\"x\":[1e4000000000,-0.10]}]}"
                .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> VaultFile.parse(outer(body))).isInstanceOf(Failure.Damaged.class);
        byte[] json = """
                {"seq":1,"dev":1,"time":0,"keyRev":1}
                {"op":"n","p":1,"n":"a","i":7,"t":"d","x":493,"y":{"a":[1e4000000000,-0.10]}}
                """.getBytes(StandardCharsets.UTF_8);
        Commit commit = CommitCodec.open(keys, 1, zeros,
                Metadata.seal(keys, Metadata.COMMIT, place(1), json));
        assertThat(commit.actions()).singleElement()
                .isInstanceOfSatisfying(Action.PutNode.class, put -> assertThat(put.row().unknown())
                        .isEqualTo("\"y\":{\"a\":[1e4000000000,-0.10]}"));
    }

    @Test
    void mutatedFrames() throws Exception {
        byte[] text = "mutate me, mutate me, mutate me".repeat(20).getBytes(StandardCharsets.UTF_8);
        mutants(Frames.frame(text, text.length), frame -> assertThat(Frames.unframe(frame, 2_000, "A frame"))
                .hasSizeLessThanOrEqualTo(2_000));
    }

    @Test
    void flippedBitsOfCommits() throws Exception {
        byte[] object = CommitCodec.seal(keys, commit(), zeros);
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] flipped = object.clone();
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> CommitCodec.open(keys, 1, zeros, flipped)).as("seed %d", seed)
                    .isInstanceOf(Failure.Damaged.class);
        }
        for (int length = 0; length < object.length; length += 7) {
            byte[] cut = Arrays.copyOf(object, length);
            assertThatThrownBy(() -> CommitCodec.open(keys, 1, zeros, cut))
                    .isInstanceOf(Failure.Damaged.class);
        }
    }

    @Test
    void flippedBitsOfVaultFilesNeverOpenAnythingElse() throws Exception {
        var random = new Random(seed);
        var memory = new MemoryStore();
        Vault vault = VaultTest.create(memory);
        byte[] file = vault.file();
        memory.delete(VaultFile.backupKey(1));
        for (int i = 0; i < 300; i++) {
            byte[] flipped = file.clone();
            flipped[random.nextInt(flipped.length - 1)] ^= (byte) (1 << random.nextInt(8));
            memory.put(VaultFile.KEY, flipped);
            try {
                Vault opened = Vault.open(memory, VaultTest.secret("p"), null, new SecureRandom());
                assertThat(opened.localKey("x")).as("seed %d", seed).isEqualTo(vault.localKey("x"));
            } catch (Failure.Damaged | Failure.WrongPassphrase | Failure.TooNew e) {
                assertThat(e).hasMessageNotContaining("\n");
            }
        }
    }

    @Test
    void blocksInTheWrongPlace() throws Exception {
        Vault vault = VaultTest.create(new MemoryStore());
        var file = TestRows.node(new Random(1), 1, Name.of("f"), 5);
        Pack pack = vault.newPack(0);
        BlockRow row = pack.add(file, "/f", 3, new byte[100_000], 0, 100_000);
        byte[] bytes = Arrays.copyOf(pack.finish(), 3 * Segments.SIZE);
        byte[] to = new byte[Segments.PLAIN];
        assertThat(vault.opener(row, bytes).open(1, bytes, Segments.SIZE, to, 0)).isEqualTo(100_000 - 65_480);
        for (BlockRow wrong : List.of(
                TestRows.row(6, 3, row.object(), row.offset(), row.length(), null),
                TestRows.row(5, 4, row.object(), row.offset(), row.length(), null),
                TestRows.row(5, 3, row.object(), row.offset() + 1, row.length(), null),
                TestRows.row(5, 3, row.object(), row.offset(), row.length() - 1, null),
                TestRows.row(5, 3, new ObjectId(1, 2), row.offset(), row.length(), null))) {
            assertThatThrownBy(() -> vault.opener(wrong, bytes).open(1, bytes, Segments.SIZE, to, 0))
                    .isInstanceOf(Failure.Damaged.class);
        }
        assertThatThrownBy(() -> vault.opener(row, bytes).open(0, bytes, Segments.SIZE, to, 0))
                .isInstanceOf(Failure.Damaged.class);
        bytes[0] ^= 1;
        assertThatThrownBy(() -> vault.opener(row, bytes).open(1, bytes, Segments.SIZE, to, 0))
                .isInstanceOf(Failure.Damaged.class);
    }

    @Test
    void moreActionsThanACommitMayHave() {
        Action action = new Action.DeleteBlock(5, 1);
        var most = new ArrayList<>(Collections.nCopies(Commit.MAX_ACTIONS, action));
        byte[] good = CommitCodec.seal(keys, new Commit(1, 1, 0, 1, Map.of(), most), zeros);
        assertThat(good).hasSizeLessThan(10_000);
        most.add(action);
        var over = new Commit(1, 1, 0, 1, Map.of(), most);
        assertThatThrownBy(() -> CommitCodec.seal(keys, over, zeros))
                .isInstanceOf(IllegalArgumentException.class);
        byte[] object = Metadata.seal(keys, Metadata.COMMIT, place(1), lines(over));
        assertThatThrownBy(() -> CommitCodec.open(keys, 1, zeros, object))
                .isInstanceOf(Failure.Damaged.class);
    }

    @Test
    void whatANewerVersionWrites() {
        assertTooNew("{\"op\":\"paint\",\"n\":1}");
        byte[] object = Metadata.seal(keys, Metadata.COMMIT, place(1), lines(commit()));
        object[5] = 1;
        assertThatThrownBy(() -> CommitCodec.open(keys, 1, zeros, object))
                .isInstanceOf(Failure.Damaged.class);
        byte[] outer = "{\"aloft\":2}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> VaultFile.parse(outer)).isInstanceOf(Failure.TooNew.class);
        byte[] body = "{\"format\":2}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> VaultFile.parse(outer(body))).isInstanceOf(Failure.TooNew.class);
    }

    private void assertTooNew(String line) {
        byte[] json = ("{\"seq\":1,\"dev\":1,\"time\":0,\"keyRev\":1}\n" + line + "\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] object = Metadata.seal(keys, Metadata.COMMIT, place(1), json);
        assertThatThrownBy(() -> CommitCodec.open(keys, 1, zeros, object)).isInstanceOf(Failure.TooNew.class);
    }

    private Commit commit() {
        var random = new Random(5);
        List<Action> actions = new ArrayList<>();
        actions.add(new Action.RegisterDevice(2, "laptop"));
        for (int i = 0; i < 5; i++) {
            actions.add(new Action.PutNode(TestRows.anyNode(random)));
            actions.add(new Action.DeleteNode(i + 1, TestRows.anyName(random)));
            actions.add(new Action.PutBlock(TestRows.block(random, 9, i)));
        }
        actions.add(new Action.DeleteBlock(9, 1));
        actions.add(new Action.Collect(5, true, List.of(new ObjectId(1, 2)), List.of(new ObjectId(3, 4))));
        return new Commit(1, 1, 1_700_000_000_000L, 1, Map.of("id", "x"), actions);
    }

    private static TestRows rows() {
        var random = new Random(6);
        TestRows rows = TestRows.random(3, 1);
        for (int i = 0; i < 3; i++) {
            rows.oldNode(TestRows.anyNode(random), 3, 4);
            rows.oldBlock(TestRows.block(random, 5, 3), 3, 4);
        }
        return rows;
    }

    private byte[] lines(Commit commit) {
        try (var rows = new RowWriter()) {
            var json = rows.begin();
            json.writeNumberProperty("seq", commit.seq());
            json.writeNumberProperty("dev", commit.device());
            json.writeNumberProperty("time", commit.time());
            json.writeNumberProperty("keyRev", commit.keyRevision());
            json.writeName("slot").writeStartObject().writeStringProperty("a", "b").writeEndObject();
            rows.end();
            commit.actions().forEach(action -> rows.action(action, 1));
            rows.node(TestRows.anyNode(new Random(8)), 0, new Until(4, 5));
            return rows.take();
        }
    }

    private byte[] place(long seq) {
        var place = new ByteArrayOutputStream();
        place.writeBytes(seq(seq));
        place.writeBytes(zeros);
        return place.toByteArray();
    }

    private static byte[] seq(long seq) {
        return ByteBuffer.allocate(8).putLong(seq).array();
    }

    private static byte[] outer(byte[] body) {
        return ("{\"aloft\":1,\"body\":\"" + Base64.getEncoder().encodeToString(body)
                + "\",\"mac\":\"AAAA\"}").getBytes(StandardCharsets.UTF_8);
    }
}
