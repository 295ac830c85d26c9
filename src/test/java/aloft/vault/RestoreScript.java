package aloft.vault;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs scripts/restore.py on a vault and looks at what it made of it. */
final class RestoreScript {

    /** Debian's, which has the packages; another python3 may come first in the path. */
    private static final String PYTHON = "/usr/bin/python3";
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

    private final Path folder;

    /** @param folder an empty one */
    RestoreScript(Path folder) {
        this.folder = folder;
    }

    /** Returns what the script complains about. */
    String restore(Store store, String secret) throws Exception {
        List<Store.Listed> objects = new ArrayList<>();
        store.list("", objects::add);
        Path vault = Files.createDirectory(folder.resolve("a vault [1]"));
        for (Store.Listed object : objects) {
            Path file = vault.resolve(object.key());
            Files.createDirectories(file.resolveSibling("."));
            Files.write(file, store.get(object.key(), 64 << 20).bytes());
        }
        Path passphrase = Files.writeString(folder.resolve("passphrase"), secret);
        return run("scripts/restore.py", vault.toString(), target().toString(), passphrase.toString()).get(1);
    }

    /** What is in the target folder by path in hex: what {@link SampleVault.Entry#text} says. */
    Map<String, String> manifest() throws Exception {
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
    List<String> run(String... arguments) throws Exception {
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

    private Path target() {
        return folder.resolve("restored");
    }
}
