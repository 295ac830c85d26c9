package aloft.vault;

import static aloft.vault.VaultTest.FAST;
import static aloft.vault.VaultTest.secret;
import static org.assertj.core.api.Assertions.assertThat;

import aloft.store.MemoryStore;
import aloft.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** scripts/restore.py gets everything out of vaults that this program wrote, whatever part of them is left. */
class RestoreScriptTest {

    private static final String PASSPHRASE = "pa\u0308ss wörd";

    private final RestoreScript script;
    private final MemoryStore store = new MemoryStore();
    private final String recoveryKey;
    private final SampleVault sample;

    RestoreScriptTest(@TempDir Path folder) throws Exception {
        script = new RestoreScript(folder);
        var created = Vault.create(store, secret(PASSPHRASE), FAST, new SecureRandom());
        recoveryKey = created.recoveryKey();
        sample = new SampleVault(created.vault());
        sample.write();
    }

    @Test
    void fromCheckpointAndCommitsWithThePassphrase() throws Exception {
        assertThat(script.restore(store, PASSPHRASE)).isEqualTo("");
        assertThat(script.manifest()).isEqualTo(expected());
    }

    @Test
    void fromCommitsAloneWithTheRecoveryKey() throws Exception {
        delete("k/");
        delete("p/");
        assertThat(script.restore(store, recoveryKey.toLowerCase(Locale.ROOT) + "\n")).isEqualTo("");
        assertThat(script.manifest()).isEqualTo(expected());
    }

    @Test
    void fromTheCheckpointWhenEarlierCommitsAreGone() throws Exception {
        store.delete(ObjectKeys.commit(1));
        store.delete(ObjectKeys.commit(2));
        assertThat(script.restore(store, PASSPHRASE)).isEqualTo("");
        assertThat(script.manifest()).isEqualTo(expected());
    }

    @Test
    void fromCommitsWhenTheCheckpointIsDamaged() throws Exception {
        damage(ObjectKeys.checkpoint(2));
        assertThat(script.restore(store, PASSPHRASE)).contains("damaged or missing").contains("Problems: 1,");
        assertThat(script.manifest()).isEqualTo(expected());
    }

    @Test
    void fromTrailersAlone() throws Exception {
        delete("k/");
        delete("p/");
        delete("m/");
        assertThat(script.restore(store, PASSPHRASE)).isEqualTo("");
        Map<String, String> files = expected();
        sample.entries.forEach((path, entry) -> {
            boolean hasBlocks = sample.rows.blocks.values()
                    .stream()
                    .anyMatch(block -> block.file() == entry.row().id());
            if (!hasBlocks) {
                files.remove(hex(path));
            }
        });
        Map<String, String> restored = script.manifest();
        restored.values().removeIf(line -> line.startsWith("d "));
        assertThat(restored.remove(hex("/gone.txt"))).isNotNull();
        assertThat(restored.remove(hex("/sub/two"))).isNotNull();
        files.put(hex("/sub/one"), String.valueOf(files.remove(hex("/docs/moved/one"))));
        files.replaceAll((path, line) -> line.replaceAll(" user\\..*", ""));
        assertThat(restored).isEqualTo(files);
    }

    @Test
    void whatIsLeftWhenAPackIsGone() throws Exception {
        var packs = new ArrayList<String>();
        store.list("o/", object -> packs.add(object.key()));
        assertThat(packs).hasSize(3);
        delete("o/");
        assertThat(script.restore(store, PASSPHRASE)).contains("Problems: ");
        assertThat(script.manifest().keySet()).isEqualTo(expected().keySet());
    }

    @Test
    void fromACopyOfVaultJson() throws Exception {
        store.put(VaultFile.KEY, "{".getBytes(StandardCharsets.UTF_8));
        assertThat(script.restore(store, PASSPHRASE)).contains("Problems: 1,");
        assertThat(script.manifest()).isEqualTo(expected());
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        store.delete(VaultFile.KEY);
        store.delete(VaultFile.backupKey(1));
        assertThat(script.restore(store, PASSPHRASE)).startsWith("There is no vault.json");
        assertThat(script.run("scripts/restore.py").get(1)).startsWith("Restores the files");
    }

    @Test
    void refusesAWrongPassphrase() throws Exception {
        assertThat(script.restore(store, "wrong")).isEqualTo("Wrong passphrase.\n");
    }

    @Test
    void isShort() throws Exception {
        assertThat(Files.readAllLines(Path.of("scripts/restore.py"))).hasSizeLessThan(120)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
    }

    private Map<String, String> expected() {
        Map<String, String> lines = new TreeMap<>();
        sample.entries.forEach((path, entry) -> lines.put(hex(path), entry.text()));
        return lines;
    }

    private static String hex(String path) {
        return HexFormat.of().formatHex(path.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void delete(String prefix) throws IOException {
        for (Store.Listed object : objects(prefix)) {
            store.delete(object.key());
        }
    }

    private void damage(String key) throws IOException {
        byte[] bytes = store.get(key, 64 << 20).bytes();
        bytes[bytes.length - 1] ^= 1;
        store.put(key, bytes);
    }

    private List<Store.Listed> objects(String prefix) throws IOException {
        List<Store.Listed> objects = new ArrayList<>();
        store.list(prefix, objects::add);
        return objects;
    }
}
