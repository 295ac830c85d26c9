package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A vault of which each object can be harmed, and devices that read it then. */
abstract class HarmedVault extends Devices {

    /** Where an object is changed, as a part of its length. */
    static final double[] PLACES = {0, 0.01, 0.3, 0.6, 0.999_999};

    @TempDir
    private static Path shared;

    private static final MemoryStore GOOD = new MemoryStore();
    private static final Map<String, byte[]> CONTENTS = new TreeMap<>();
    static TestDevice writer;
    /** Seq of the two checkpoints. */
    static long older;
    static long newer;

    /** What is done to an object. */
    enum Harm {
        CUT, CUT_TO_NOTHING, LONGER, GONE, SWAPPED, NOISE
    }

    @BeforeAll
    static void write() throws Exception {
        TestDevice.makeVault(GOOD);
        writer = new TestDevice("writer", shared.resolve("writer"), GOOD, InstantSource.system());
        put("/large", random(1, (4 << 20) + 300_000));
        for (int i = 0; i < 5; i++) {
            put("/small" + i, random(10 + i, 2_000 * i + 5));
        }
        writer.push();
        writer.checkpoint();
        older = writer.head();
        put("/later", random(20, 200_000));
        writer.push();
        writer.drive().makeFolder("/folder", 0755);
        put("/folder/inside", random(21, 70_000));
        writer.push();
        writer.checkpoint();
        newer = writer.head();
        for (int i = 0; i < 3; i++) {
            put("/last" + i, random(30 + i, 300 * i + 9));
            writer.push();
        }
    }

    @AfterAll
    static void closeWriter() throws IOException {
        writer.close();
    }

    static void put(String path, byte[] content) throws FsException {
        writer.write(path, text(content));
        CONTENTS.put(path, content);
    }

    static byte[] content(String path) {
        return Objects.requireNonNull(CONTENTS.get(path));
    }

    static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        for (int i = 0; i < length; i++) {
            bytes[i] &= 0x7f;
        }
        return bytes;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    // ---- the store to harm

    void harmed() throws IOException {
        List<String> left = new ArrayList<>();
        store.list("", object -> left.add(object.key()));
        for (String key : left) {
            store.delete(key);
        }
        for (String key : keys("")) {
            store.put(key, bytes(key));
        }
    }

    static List<String> keys(String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        GOOD.list("", object -> keys.add(object.key()));
        return keys.stream().filter(key -> key.startsWith(prefix)).sorted().toList();
    }

    static byte[] bytes(String key) throws IOException {
        return GOOD.get(key, 100 << 20).bytes();
    }

    static String commit(long seq) {
        return "m/%016x".formatted(seq);
    }

    static String checkpoint(long seq) {
        return "k/%016x".formatted(seq);
    }

    void flip(String key, double place) throws IOException {
        byte[] bytes = bytes(key);
        bytes[(int) (bytes.length * place)] ^= 0x10;
        store.put(key, bytes);
    }

    void harm(String key, Harm harm) throws IOException {
        byte[] bytes = bytes(key);
        switch (harm) {
            case CUT -> store.put(key, Arrays.copyOf(bytes, bytes.length - bytes.length / 3 - 1));
            case CUT_TO_NOTHING -> store.put(key, new byte[0]);
            case LONGER -> store.put(key, Arrays.copyOf(bytes, bytes.length + 70_000));
            case GONE -> store.delete(key);
            case SWAPPED -> store.put(key, bytes(other(key)));
            case NOISE -> store.put(key, random(99, bytes.length));
        }
    }

    /** Another object of the same kind. */
    private static String other(String key) throws IOException {
        return keys(key.substring(0, 2)).stream()
                .filter(each -> !each.equals(key))
                .findFirst()
                .orElseThrow();
    }

    // ---- the devices that read it

    TestDevice fresh() throws IOException {
        return device("fresh");
    }

    /** The writer with an empty cache. */
    TestDevice known() throws IOException {
        return add(writer.on(store, disk.resolve("known")));
    }

    static void assertWhole(TestDevice device) throws FsException {
        assertThat(device.paths()).containsExactlyInAnyOrderElementsOf(
                Stream.concat(CONTENTS.keySet().stream(), Stream.of("/folder")).toList());
        for (String path : CONTENTS.keySet()) {
            assertRight(device, path);
        }
    }

    private static void assertRight(TestDevice device, String path) throws FsException {
        assertThat(device.read(path)).as(path).isEqualTo(text(content(path)));
    }

    /** What can be read is right; returns what cannot be read. */
    static List<String> unreadable(TestDevice device) throws FsException {
        List<String> unreadable = new ArrayList<>();
        for (String path : device.paths()) {
            if (!path.equals("/folder")) {
                try {
                    assertRight(device, path);
                } catch (FsException e) {
                    assertThat(e.reason()).isEqualTo(FsException.Reason.IO);
                    unreadable.add(path);
                }
            }
        }
        return unreadable;
    }

    static void assertReadOnly(TestDevice device, String why) {
        assertThat(device.keeping().status().readOnly()).contains(why);
        assertThatThrownBy(() -> device.write("/new", "words")).isInstanceOf(FsException.class)
                .extracting(e -> ((FsException) e).reason())
                .isEqualTo(FsException.Reason.READ_ONLY);
    }

    static void assertWritable(TestDevice device) throws Exception {
        assertThat(device.keeping().status().readOnly()).isNull();
        device.write("/new", "words");
        device.push();
        assertThat(device.isQuiet()).isTrue();
    }
}
