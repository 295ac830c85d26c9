package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import aloft.store.MemoryStore;
import aloft.store.Store;
import aloft.tree.Drive.Access;
import aloft.tree.FsException.Reason;
import aloft.tree.Hydration.Verdict;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that get only what is on this device. */
class HydrationTest {

    private static final int CALLER = 4711;

    @TempDir
    private Path disk;
    private TestDevice device;
    private final List<Integer> requested = new CopyOnWriteArrayList<>();
    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        var memory = new MemoryStore();
        var store = (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[]{Store.class},
                (proxy, method, values) -> {
                    if (method.getName().equals("read")) {
                        requested.add((Integer) values[2]);
                    }
                    try {
                        return method.invoke(memory, values);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        TestDevice.makeVault(store);
        device = new TestDevice("one", disk.resolve("one"), store,
                InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000)));
        device.write("/file", "content");
        device.push();
        device.hydration = answer(Verdict.REFUSE, false);
    }

    @AfterEach
    void close() throws IOException {
        device.close();
    }

    private Hydration answer(Verdict verdict, boolean heads) {
        return new Hydration() {
            @Override
            public Verdict opening(int caller, String path, long size) {
                asked.add(caller + " " + path + " " + size);
                return verdict;
            }

            @Override
            public boolean mayFetchHead() {
                return heads;
            }
        };
    }

    @Test
    void whatIsHereOpensForEverybody() throws Exception {
        assertThat(device.read("/file")).isEqualTo("content");
        device.write("/new", "not in the cloud yet");
        assertThat(device.read("/new")).isEqualTo("not in the cloud yet");
        assertThat(asked).isEmpty();
    }

    @Test
    void theRestIsRefusedAtOpenAndCostsNothing() throws Exception {
        device.keeping().free("/file");
        assertThatExceptionOfType(FsException.class)
                .isThrownBy(() -> device.drive().open("/file", Access.READ_WRITE, false, CALLER))
                .matches(e -> e.reason() == Reason.ACCESS_DENIED);
        assertThat(asked).containsExactly("4711 /file 7");
        assertThat(device.keeping().status().downloaded()).isZero();
    }

    @Test
    void whoOnlyWritesOrReplacesNeedsNothing() throws Exception {
        device.keeping().free("/file");
        device.drive().release(device.drive().open("/file", Access.WRITE, false, CALLER));
        device.drive().release(device.drive().open("/file", Access.READ_WRITE, true, CALLER));
        assertThat(asked).isEmpty();
    }

    @Test
    void aFileManagerLooksIntoSoManyFilesOnlyAndReadsOnAllTheSame() throws Exception {
        device.keeping().free("/file");
        device.hydration = answer(Verdict.FETCH_GENTLY, false);
        long handle = device.drive().open("/file", Access.READ, false, CALLER);
        byte[] to = new byte[64 << 10];
        assertThatExceptionOfType(FsException.class)
                .isThrownBy(() -> device.drive().read(handle, 0, to, 0, 4 << 10))
                .matches(e -> e.reason() == Reason.ACCESS_DENIED);
        assertThat(device.drive().read(handle, 0, to, 0, to.length)).isEqualTo(7);
        assertThat(device.drive().read(handle, 0, to, 0, 4 << 10)).isEqualTo(7);
        device.drive().release(handle);
    }

    @Test
    void aLookBringsNothingAlong() throws Exception {
        device.write("/large", "x".repeat(1 << 20));
        device.push();
        device.keeping().free("/large");
        device.hydration = answer(Verdict.FETCH_GENTLY, true);
        requested.clear();
        long handle = device.drive().open("/large", Access.READ, false, CALLER);
        device.drive().read(handle, 0, new byte[16 << 10], 0, 16 << 10);
        device.drive().release(handle);
        assertThat(requested).hasSize(1)
                .first()
                .asInstanceOf(InstanceOfAssertFactories.INTEGER)
                .isBetween(64 << 10, 80 << 10);
    }
}
