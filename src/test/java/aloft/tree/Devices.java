package aloft.tree;

import aloft.store.MemoryStore;
import aloft.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A place and the devices of a test, which are closed after it. */
abstract class Devices {

    @TempDir
    Path disk;

    final MemoryStore store = new MemoryStore();
    final List<TestDevice> devices = new ArrayList<>();

    TestDevice device(String name) throws IOException {
        return device(name, store);
    }

    /** @param place the store as this device sees it */
    final TestDevice device(String name, Store place) throws IOException {
        return add(new TestDevice(name, disk.resolve(name), place, InstantSource.system()));
    }

    final TestDevice add(TestDevice device) {
        devices.add(device);
        return device;
    }

    @AfterEach
    void close() throws IOException {
        for (TestDevice device : devices) {
            device.close();
        }
    }
}
