package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Neither what the cloud has nor what lies on this disk nor the log shows a name or content, in no common spelling. */
class NothingShowsTest {

    private static final String MARK = "Zwetschgenkuchen-4711";

    @TempDir
    private Path disk;
    private final MemoryStore store = new MemoryStore();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final Handler collector = new Handler() {
        @Override
        public void publish(LogRecord line) {
            log.add(String.valueOf(line.getMessage()));
            for (Throwable cause = line.getThrown(); cause != null; cause = cause.getCause()) {
                log.add(cause.toString());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void collect() {
        collector.setLevel(Level.INFO);
        Logger.getLogger("").addHandler(collector);
    }

    @AfterEach
    void stopCollecting() {
        Logger.getLogger("").removeHandler(collector);
    }

    @Test
    void neitherOnTheDiskNorInTheCloudNorInTheLog() throws Exception {
        TestDevice.makeVault(store);
        try (var one = new TestDevice(MARK + " device", disk.resolve("one"), store, InstantSource.system());
                var two = new TestDevice("two", disk.resolve("two"), store, InstantSource.system())) {
            one.drive().makeFolder("/" + MARK, 0755);
            one.write("/" + MARK + "/" + MARK + ".txt", MARK.repeat(5_000));
            one.write("/small", MARK);
            one.drive().makeLink("/link", MARK);
            one.drive()
                    .setXattr("/small", "user." + MARK, MARK.getBytes(StandardCharsets.UTF_8),
                            Drive.XattrMode.ANY);
            one.push();
            two.pull();
            assertThat(two.read("/" + MARK + "/" + MARK + ".txt")).isEqualTo(MARK.repeat(5_000));
            two.keeping().pin("/" + MARK);
            two.write("/small", MARK + " of two");
            one.append("/small", MARK + " of one");
            one.drive().rename("/" + MARK, "/" + MARK + 2, Drive.RenameMode.REPLACE);
            one.crash();
            one.push();
            two.pull();
            two.crash();
            two.push();
            one.pull();
            assertThat(one.tree()).isEqualTo(two.tree());
            assertThat(one.paths()).anyMatch(path -> path.contains("conflicted copy"));
            one.append("/" + MARK + 2 + "/" + MARK + ".txt", MARK + " that did not go up");
            one.drive().removeFile("/link");
        }
        Map<String, byte[]> all = new TreeMap<>();
        addFiles(all);
        assertThat(all.keySet()).anyMatch(name -> name.contains("db"))
                .anyMatch(name -> name.contains("journal"))
                .anyMatch(name -> name.contains("cache"));
        addObjects(all);
        assertThat(all).hasSizeGreaterThan(20);
        all.put("the log", String.join("\n", log).getBytes(StandardCharsets.UTF_8));
        List<byte[]> spellings = spellings();
        all.forEach((name, bytes) -> {
            for (byte[] spelling : spellings) {
                assertThat(contains(bytes, spelling))
                        .as("%s in %s", new String(spelling, StandardCharsets.UTF_8), name)
                        .isFalse();
            }
        });
        all.keySet()
                .stream()
                .filter(name -> name.startsWith("store "))
                .forEach(name -> assertThat(name).doesNotContain(MARK));
        assertThat(contains(
                ("so " + Base64.getEncoder().encodeToString((" " + MARK).getBytes(StandardCharsets.UTF_8)))
                        .getBytes(StandardCharsets.UTF_8),
                spellings.get(5))).isTrue();
    }

    private void addFiles(Map<String, byte[]> all) throws IOException {
        try (Stream<Path> files = Files.walk(disk)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.put(disk.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
    }

    private void addObjects(Map<String, byte[]> all) throws IOException {
        for (String kind : List.of("", "m/", "k/", "p/", "o/")) {
            List<String> keys = new ArrayList<>();
            store.list(kind, object -> keys.add(object.key()));
            for (String key : keys) {
                all.put("store " + key, store.get(key, Integer.MAX_VALUE).bytes());
            }
        }
    }

    private static List<byte[]> spellings() {
        List<byte[]> spellings = new ArrayList<>();
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16BE)) {
            spellings.add(MARK.getBytes(charset));
        }
        byte[] utf8 = MARK.getBytes(StandardCharsets.UTF_8);
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + utf8.length];
            System.arraycopy(utf8, 0, shifted, before, utf8.length);
            String text = Base64.getEncoder().encodeToString(shifted);
            // the first and last letters hang on what lies beside
            String sure = text.substring(before == 0 ? 0 : 4, text.length() - 4);
            spellings.add(sure.getBytes(StandardCharsets.UTF_8));
            spellings.add(sure.replace('+', '-').replace('/', '_').getBytes(StandardCharsets.UTF_8));
        }
        spellings.add(HexFormat.of().formatHex(utf8).getBytes(StandardCharsets.UTF_8));
        spellings.add(HexFormat.of().withUpperCase().formatHex(utf8).getBytes(StandardCharsets.UTF_8));
        return spellings;
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .contains(new String(wanted, StandardCharsets.ISO_8859_1));
    }
}
