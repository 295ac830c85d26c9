package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import aloft.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cloud that goes back in time, or shows another one. */
class RollbackTest {

    private record Taken(String key, byte[] bytes) {}

    @TempDir
    private Path disk;

    private final MemoryStore store = new MemoryStore();
    private final List<TestDevice> devices = new ArrayList<>();
    private TestDevice one;

    @BeforeEach
    void device() throws IOException {
        TestDevice.makeVault(store);
        one = device("one");
    }

    private TestDevice device(String name) throws IOException {
        var device = new TestDevice(name, disk.resolve(name), store, InstantSource.system());
        devices.add(device);
        return device;
    }

    @AfterEach
    void close() throws IOException {
        for (TestDevice device : devices) {
            device.close();
        }
    }

    /** Takes the commits from one on out of the store. */
    private List<Taken> takeFrom(long seq) throws IOException {
        List<Taken> taken = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        store.list("m/", object -> keys.add(object.key()));
        for (String key : keys) {
            if (Long.parseLong(key.substring(2), 16) >= seq) {
                taken.add(new Taken(key, store.get(key, 1 << 20).bytes()));
                store.delete(key);
            }
        }
        return taken;
    }

    private void writeThree() throws Exception {
        for (int i = 0; i < 3; i++) {
            one.write("/file" + i, "text " + i);
            one.push();
        }
    }

    @Test
    void anOlderCloudIsFoundOutAndNothingIsLost() throws Exception {
        writeThree();
        long head = one.head();
        List<Taken> newest = takeFrom(head - 1);
        one.restart();
        assertThatThrownBy(one::pull).isInstanceOf(Failure.ReadOnly.class)
                .hasMessageStartingWith("The cloud copy is older than what this computer saw on ")
                .hasMessageContaining("(change " + head + " \u2192 " + (head - 2) + ")");
        assertThat(one.read("/file2")).isEqualTo("text 2");
        assertThat(one.keeping().status().readOnly()).contains("older");
        assertThatThrownBy(() -> one.write("/more", "words")).isInstanceOf(FsException.class)
                .extracting(e -> ((FsException) e).reason())
                .isEqualTo(FsException.Reason.READ_ONLY);
        for (Taken object : newest) {
            store.put(object.key(), object.bytes());
        }
        one.restart();
        one.write("/more", "words");
        one.push();
        TestDevice two = device("two");
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    @Test
    void soItIsWhenTheDatabaseIsLostToo() throws Exception {
        writeThree();
        takeFrom(one.head());
        devices.remove(one);
        assertThatThrownBy(one::loseDatabase).isInstanceOf(Failure.ReadOnly.class)
                .hasMessageContaining("older");
    }

    @Test
    void anotherHistoryIsFoundOut() throws Exception {
        writeThree();
        takeFrom(one.head());
        TestDevice two = device("two");
        two.write("/other", "text");
        two.push();
        one.restart();
        assertThatThrownBy(one::pull).isInstanceOf(Failure.ReadOnly.class)
                .hasMessageContaining("not the one");
        assertThat(one.exists("/other")).isFalse();
    }
}
