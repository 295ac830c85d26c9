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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** scripts/restore.py gets everything out of vaults that this program wrote, whatever part of them is left. */
class RestoreScriptTest {

    /** Debian's, which has the packages; another python3 may come first in the path. */
    private static final String PYTHON = "/usr/bin/python3";
    private static final String PASSPHRASE = "pa\u0308ss wörd";
    /** Prints what a folder holds, names in hex: Java cannot read names of any bytes in every locale. */
    private static final String MANIFEST = """
            import hashlib, os, stat, sys
            root = os.fsencode(sys.argv[1])
            for folder, folders, files in os.walk(root):
                for name in folders + files:
                    path = os.path.join(folder, name)
                    s = os.lstat(path)
                    kind = "l" if stat.S_ISLNK(s.st_mode) else "d" if stat.S_ISDIR(s.st_mode) else "f"
                    data = open(path, "rb").read() if kind == "f" else b""
                    what = os.readlink(path).hex() if kind == "l" else hashlib.sha256(data).hexdigest()
                    xattrs = [] if kind == "l" else sorted(os.listxattr(path))
                    print(path[len(root):].hex(), kind, "-" if kind == "l" else "%o" % stat.S_IMODE(s.st_mode),
                          s.st_mtime_ns, what, *[x + "=" + os.getxattr(path, x).hex() for x in xattrs])
                    if name == b"sparse.img" and s.st_blocks * 512 >= s.st_size:
                        print("not sparse")
            """;

    @TempDir
    private Path folder;
    private final MemoryStore store = new MemoryStore();
    private final String recoveryKey;
    private final SampleVault sample;

    RestoreScriptTest() throws Exception {
        var created = Vault.create(store, secret(PASSPHRASE), FAST, new SecureRandom());
        recoveryKey = created.recoveryKey();
        sample = new SampleVault(created.vault());
        sample.write();
    }

    @Test
    void fromCheckpointAndCommitsWithThePassphrase() throws Exception {
        assertThat(restore(PASSPHRASE)).isEqualTo("");
        assertThat(manifest()).isEqualTo(expected());
    }

    @Test
    void fromCommitsAloneWithTheRecoveryKey() throws Exception {
        delete("k/");
        delete("p/");
        assertThat(restore(recoveryKey.toLowerCase(Locale.ROOT) + "\n")).isEqualTo("");
        assertThat(manifest()).isEqualTo(expected());
    }

    @Test
    void fromTheCheckpointWhenEarlierCommitsAreGone() throws Exception {
        store.delete(ObjectKeys.commit(1));
        store.delete(ObjectKeys.commit(2));
        assertThat(restore(PASSPHRASE)).isEqualTo("");
        assertThat(manifest()).isEqualTo(expected());
    }

    @Test
    void fromCommitsWhenTheCheckpointIsDamaged() throws Exception {
        damage(ObjectKeys.checkpoint(2));
        assertThat(restore(PASSPHRASE)).contains("damaged or missing").contains("Problems: 1,");
        assertThat(manifest()).isEqualTo(expected());
    }

    @Test
    void fromTrailersAlone() throws Exception {
        delete("k/");
        delete("p/");
        delete("m/");
        assertThat(restore(PASSPHRASE)).isEqualTo("");
        Map<String, String> files = expected();
        sample.entries.forEach((path, entry) -> {
            boolean hasBlocks = sample.rows.blocks.values()
                    .stream()
                    .anyMatch(block -> block.file() == entry.row().id());
            if (!hasBlocks) {
                files.remove(hex(path));
            }
        });
        Map<String, String> restored = manifest();
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
        assertThat(restore(PASSPHRASE)).contains("Problems: ");
        assertThat(manifest().keySet()).isEqualTo(expected().keySet());
    }

    @Test
    void fromACopyOfVaultJson() throws Exception {
        store.put(VaultFile.KEY, "{".getBytes(StandardCharsets.UTF_8));
        assertThat(restore(PASSPHRASE)).contains("Problems: 1,");
        assertThat(manifest()).isEqualTo(expected());
    }

    @Test
    void refusesAWrongPassphrase() throws Exception {
        assertThat(restore("wrong")).isEqualTo("Wrong passphrase.\n");
    }

    @Test
    void isShort() throws Exception {
        assertThat(Files.readAllLines(Path.of("scripts/restore.py"))).hasSizeLessThan(120)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
    }

    /** Returns what the script complains about. */
    private String restore(String secret) throws Exception {
        Path vault = Files.createDirectory(folder.resolve("a vault [1]"));
        for (Store.Listed object : objects("")) {
            Path file = vault.resolve(object.key());
            Files.createDirectories(file.getParent());
            Files.write(file, store.get(object.key(), 64 << 20).bytes());
        }
        Path passphrase = Files.writeString(folder.resolve("passphrase"), secret);
        return run("scripts/restore.py", vault.toString(), target().toString(), passphrase.toString()).get(1);
    }

    private Map<String, String> manifest() throws Exception {
        List<String> output = run("-c", MANIFEST, target().toString());
        assertThat(output.get(1)).isEmpty();
        Map<String, String> lines = new TreeMap<>();
        output.get(0)
                .lines()
                .forEach(line -> lines.put(line.substring(0, line.indexOf(' ')),
                        line.substring(line.indexOf(' ') + 1)));
        return lines;
    }

    /** What a run of python writes to stdout and stderr. */
    private List<String> run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(PYTHON));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        var process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        process.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process running = process.start();
        assertThat(running.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return List.of(Files.readString(out), Files.readString(err));
    }

    private Map<String, String> expected() {
        Map<String, String> lines = new TreeMap<>();
        sample.entries.forEach((path, entry) -> lines.put(hex(path), entry.text()));
        return lines;
    }

    private static String hex(String path) {
        return HexFormat.of().formatHex(path.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Path target() {
        return folder.resolve("restored");
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
