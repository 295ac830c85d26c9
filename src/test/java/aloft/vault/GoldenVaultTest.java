package aloft.vault;

import static aloft.vault.VaultTest.secret;
import static org.assertj.core.api.Assertions.assertThat;

import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.NodeRow;
import aloft.store.MemoryStore;
import aloft.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A vault that version 1 wrote opens for ever. {@link #main} wrote it; there will be one for each version
 * of the format, and none is ever written again.
 */
class GoldenVaultTest {

    private static final Path FOLDER = Path.of("src/test/resources/golden-vault-1");
    /** First the recovery key, then a line for each entry: path in hex, what {@link SampleVault.Entry} says. */
    private static final Path EXPECTED = Path.of("src/test/resources/golden-vault-1.expected");
    private static final String PASSPHRASE = "Aloft fliegt höher";

    @TempDir
    private Path temp;
    private final MemoryStore store = new MemoryStore();
    private final List<String> expected;

    GoldenVaultTest() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                store.put(FOLDER.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        expected = Files.readAllLines(EXPECTED);
    }

    @Test
    void opensWithPassphraseAndRecoveryKeyAndHoldsEverything() throws Exception {
        for (String secret : List.of(PASSPHRASE, expected.getFirst())) {
            Vault vault = Vault.open(store, secret(secret), null, new SecureRandom());
            assertThat(vault.keyRevision()).isEqualTo(1);
            assertThat(vault.primaryRoot()).isEqualTo(1);
            TestRows rows = rows(vault);
            assertThat(rows.devices).containsExactly(Map.entry(1, "desktop"));
            assertThat(rows.oldNodes.values()).extracting(TestRows.Old::until).containsExactly(2L);
            assertThat(rows.oldBlocks.values()).extracting(TestRows.Old::untilTime)
                    .containsExactly(SampleVault.TIME + 2);
            assertThat(lines(vault, rows)).isEqualTo(expected.subList(1, expected.size()));
        }
    }

    @Test
    void theCheckpointSaysTheSameAsTheCommits() throws Exception {
        Vault vault = Vault.open(store, secret(expected.getFirst()), null, new SecureRandom());
        String fromCheckpoint = rows(vault).text();
        store.delete(ObjectKeys.checkpoint(2));
        TestRows fromCommits = rows(vault);
        fromCommits.oldNodes.clear();
        assertThat(fromCheckpoint).startsWith(fromCommits.text());
    }

    @Test
    void theScriptRestoresIt() throws Exception {
        var script = new RestoreScript(temp);
        assertThat(script.restore(store, PASSPHRASE)).isEmpty();
        assertThat(script.manifest().entrySet()).extracting(line -> line.getKey() + " " + line.getValue())
                .isEqualTo(expected.subList(1, expected.size()));
    }

    /** The rows after the last commit. */
    private static TestRows rows(Vault vault) throws Exception {
        var rows = new TestRows();
        long seq = 0;
        byte[] head = new byte[32];
        var checkpoint = vault.newestCheckpoint();
        if (checkpoint.isPresent()) {
            vault.reader(checkpoint.get()).read(rows);
            seq = checkpoint.get().seq();
            head = checkpoint.get().head();
        }
        while (true) {
            var sealed = vault.sealed(++seq);
            if (sealed.isEmpty()) {
                return rows;
            }
            var commit = vault.open(seq, head, sealed.get());
            commit.commit().actions().forEach(action -> apply(rows, action));
            head = commit.hash();
        }
    }

    private static void apply(TestRows rows, Action action) {
        switch (action) {
            case Action.PutNode put -> rows.node(put.row());
            case Action.PutBlock put -> rows.block(put.row());
            case Action.DeleteNode delete -> rows.nodes.remove(Key.node(delete.parent(), delete.name(), 0));
            case Action.DeleteBlock delete -> rows.blocks.remove(Key.block(delete.file(), delete.index(), 0));
            case Action.RegisterDevice device -> rows.device(device.device(), device.name());
            case Action.Collect _ -> {
            }
        }
    }

    private static List<String> lines(Vault vault, TestRows rows) throws Exception {
        Map<Long, NodeRow> byId = new HashMap<>();
        rows.nodes.values().forEach(row -> byId.put(row.id(), row));
        var lines = new TreeMap<String, String>();
        for (NodeRow row : rows.nodes.values()) {
            lines.put(HexFormat.of().formatHex(path(row, byId).getBytes(StandardCharsets.ISO_8859_1)),
                    new SampleVault.Entry(row, content(vault, row, rows)).text());
        }
        return lines.entrySet().stream().map(line -> line.getKey() + " " + line.getValue()).toList();
    }

    private static String path(NodeRow row, Map<Long, NodeRow> byId) {
        NodeRow parent = byId.get(row.parent());
        return (parent == null ? "" : path(parent, byId)) + "/" + row.name().raw();
    }

    private static byte[] content(Vault vault, NodeRow row, TestRows rows) throws Exception {
        byte[] content = new byte[row.target() == null ? (int) row.size() : 0];
        for (BlockRow block : rows.blocks.values()) {
            if (block.file() == row.id()) {
                byte[] plain = VaultTest.read(vault, block);
                int at = (int) block.index() << row.blockBits();
                System.arraycopy(plain, 0, content, at, Math.min(plain.length, content.length - at));
            }
        }
        return content;
    }

    /** Writes the vault of the version at hand: {@code FOLDER EXPECTED}, none of which may exist. */
    public static void main(String[] arguments) throws Exception {
        var store = new MemoryStore();
        var created = Vault.create(store, secret(PASSPHRASE), Kdf.DEFAULT, new SecureRandom());
        var sample = new SampleVault(created.vault());
        sample.write();
        List<Store.Listed> objects = new ArrayList<>();
        store.list("", objects::add);
        for (Store.Listed object : objects) {
            Path file = Path.of(arguments[0]).resolve(object.key());
            Files.createDirectories(file.resolveSibling("."));
            Files.write(file, store.get(object.key(), 64 << 20).bytes());
        }
        List<String> lines = new ArrayList<>(List.of(created.recoveryKey()));
        var sorted = new TreeMap<String, String>();
        sample.entries.forEach((path, entry) -> sorted.put(
                HexFormat.of().formatHex(path.getBytes(StandardCharsets.ISO_8859_1)), entry.text()));
        sorted.forEach((path, text) -> lines.add(path + " " + text));
        Files.write(Path.of(arguments[1]), lines);
    }
}
