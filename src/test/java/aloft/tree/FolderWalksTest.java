package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.store.MemoryStore;
import aloft.store.Store;
import aloft.tree.Drive.Access;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose heads are read one after the other, as a file manager does it. */
class FolderWalksTest {

    private static final int FILES = 8;

    @TempDir
    private Path disk;
    private TestDevice device;
    /** Packs that something was read of; each of the files has its own. */
    private final Set<String> read = new LinkedHashSet<>();

    @BeforeEach
    void open() throws Exception {
        var memory = new MemoryStore();
        var store = (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[]{Store.class},
                (proxy, method, values) -> {
                    if (method.getName().equals("read")) {
                        note((String) values[0]);
                    }
                    try {
                        return method.invoke(memory, values);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        TestDevice.makeVault(store);
        var clock = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000));
        try (var writer = new TestDevice("writer", disk.resolve("writer"), store, clock)) {
            writer.drive().makeFolder("/pictures", 0755);
            String content = "x".repeat(4 << 20);
            for (int i = 0; i < FILES; i++) {
                writer.write(picture(i), content);
            }
            writer.push();
        }
        device = new TestDevice("reader", disk.resolve("reader"), store, clock);
        read.clear();
    }

    @AfterEach
    void close() throws Exception {
        device.close();
    }

    private void note(String key) {
        synchronized (read) {
            read.add(key);
            read.notifyAll();
        }
    }

    private void await(int packs) throws InterruptedException {
        synchronized (read) {
            while (read.size() < packs) {
                read.wait();
            }
        }
    }

    private static String picture(int number) {
        return "/pictures/picture" + number + ".jpg";
    }

    private void look(int number) throws FsException {
        Drive drive = device.drive();
        long handle = drive.open(picture(number), Access.READ, false, 1);
        assertThat(drive.read(handle, 0, new byte[4096], 0, 4096)).isEqualTo(4096);
        drive.release(handle);
    }

    @Test
    void theNextOnesComeAlong() throws Exception {
        look(0);
        assertThat(read).hasSize(1);
        look(1);
        await(4);
        look(2);
        await(7);
    }

    @Test
    void whoLeavesOneOutStillGoesOn() throws Exception {
        look(0);
        look(2);
        await(4);
    }

    @Test
    void whoComesBackwardsOrFromFarAwayGetsWhatHeAsksFor() throws Exception {
        look(7);
        look(1);
        look(6);
        device.close();
        assertThat(read).hasSize(3);
    }

    @Test
    void whatIsHereCostsNothing() throws Exception {
        for (int i = 0; i < FILES; i++) {
            assertThat(device.read(picture(i))).hasSize(4 << 20);
        }
        read.clear();
        for (int i = 0; i < FILES; i++) {
            look(i);
        }
        device.close();
        assertThat(read).isEmpty();
    }
}
