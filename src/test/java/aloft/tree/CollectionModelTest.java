package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.state.Snapshot;
import aloft.store.FaultyStore;
import aloft.store.FaultyStore.Call;
import aloft.store.FaultyStore.Fault;
import aloft.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Devices change files for months and collect what is not needed, on a store with faults and with clocks that differ;
 * all the time every version of the last 30 days can be rebuilt from the vault, and in the end nothing else is there.
 */
class CollectionModelTest {

    private static final long MONTH = Duration.ofDays(30).toMillis();

    @TempDir
    private Path disks;

    @Test
    void everyVersionOfTheLastMonthCanBeRebuilt() throws Exception {
        Sequences.run(disks, 10, (seed, folder) -> new Run(seed, folder).run());
    }

    /** All files as they were right after a commit, when that was the newest. */
    private record Version(long seq, long time, Map<String, String> files) {}

    private static final class Run {
        private final Random random;
        private final Path home;
        private final AtomicLong time = new AtomicLong(1_700_000_000_000L);
        private final MemoryStore memory = new MemoryStore(() -> Instant.ofEpochMilli(time.get()),
                Long.MAX_VALUE);
        private final FaultyStore store;
        private final List<TestDevice> devices = new ArrayList<>();
        private final List<Version> versions = new ArrayList<>();

        Run(long seed, Path folder) throws IOException {
            random = new Random(seed);
            home = folder;
            store = new FaultyStore(memory, new Random(seed));
            TestDevice.makeVault(store);
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                // clocks that are wrong: by minutes, by a year
                long wrong = random.nextInt(3) == 0
                        ? Duration.ofDays(random.nextInt(-400, 400)).toMillis()
                        : random.nextInt(100_000);
                devices.add(device("d" + i, wrong));
            }
        }

        private TestDevice device(String name, long wrong) throws IOException {
            return new TestDevice(name, home.resolve(name), store,
                    () -> Instant.ofEpochMilli(time.addAndGet(random.nextInt(20)) + wrong));
        }

        void run() throws Exception {
            try {
                weather();
                for (int step = 0; step < Sequences.STEPS; step++) {
                    step(devices.get(random.nextInt(devices.size())));
                }
                quiet();
                check(devices.getFirst());
                aMonthLater();
                try (TestDevice fresh = device("fresh", 0)) {
                    check(fresh);
                    assertThat(fresh.tree()).isEqualTo(devices.getFirst().tree());
                    assertThat(objects()).as("nothing else is there").isEqualTo(named(fresh));
                }
            } finally {
                for (TestDevice device : devices) {
                    device.close();
                }
            }
        }

        private void weather() {
            store.rate(Fault.LOST_ANSWER, 0.03, Call.PUT, Call.PUT_IF_ABSENT, Call.DELETE)
                    .rate(Fault.LOST_REQUEST, 0.03, Call.PUT, Call.PUT_IF_ABSENT, Call.GET, Call.DELETE)
                    .rate(Fault.BROKEN, 0.03, Call.LIST);
        }

        private void step(TestDevice device) throws Exception {
            try {
                switch (random.nextInt(23)) {
                    case 0, 1, 2, 3, 4 -> device.write(path(), text());
                    case 5, 6 -> device.append(path(), "more" + random.nextInt());
                    case 7, 8 -> device.drive().removeFile(path());
                    case 9 -> device.drive().setSize(path(), random.nextInt(1_000));
                    case 10 -> device.drive().rename(path(), path(), Drive.RenameMode.REPLACE);
                    case 11, 12 -> device.push();
                    case 13 -> device.pull();
                    case 14, 15 -> time.addAndGet(Duration.ofHours(random.nextInt(200)).toMillis());
                    case 16, 17 -> device.collect();
                    case 18 -> restart(device);
                    case 19 -> device.checkpoint();
                    case 20, 21 -> sparse(device);
                    default -> remember();
                }
            } catch (FsException e) {
                assertThat(e.reason()).isIn(FsException.Reason.NOT_FOUND, FsException.Reason.INVALID);
            } catch (Failure e) {
                assertThat(e.mayRetry()).as(e.toString()).isTrue();
            }
        }

        private void sparse(TestDevice device) throws FsException {
            String path = "/sparse";
            long handle = device.exists(path)
                    ? device.drive().open(path, Drive.Access.READ_WRITE, false, 0)
                    : device.drive().create(path, 0644, Drive.Access.READ_WRITE);
            byte[] bytes = text().getBytes(StandardCharsets.UTF_8);
            device.drive().write(handle, (long) random.nextInt(3) << 22, bytes, 0, bytes.length, false);
            device.drive().release(handle);
        }

        private void restart(TestDevice device) throws IOException {
            store.clear();
            if (random.nextBoolean()) {
                device.crash();
            } else {
                device.loseDatabase();
            }
            weather();
        }

        private void remember() throws Exception {
            quiet();
            TestDevice device = devices.get(random.nextInt(devices.size()));
            versions.add(new Version(device.head(), time.get(), files(device)));
            check(device);
            weather();
        }

        private Map<String, String> files(TestDevice device) throws FsException {
            Map<String, String> files = new TreeMap<>();
            for (String path : device.paths()) {
                files.put(path, device.read(path));
            }
            return files;
        }

        /** Rebuilds each version of the last month. */
        private void check(TestDevice device) throws Exception {
            long now = time.get();
            for (Version version : versions) {
                if (version.time() > now - MONTH) {
                    assertThat(rebuilt(device, version.seq())).as("version " + version.seq())
                            .isEqualTo(version.files());
                }
            }
        }

        private Map<String, String> rebuilt(TestDevice device, long seq) throws IOException {
            List<NodeRow> rows = new ArrayList<>();
            try (Snapshot now = device.database().snapshot()) {
                now.nodes(rows::add);
                now.oldNodes(old -> {
                    if (old.until() > seq) {
                        rows.add(old.row());
                    }
                });
            }
            Map<String, String> files = new TreeMap<>();
            for (NodeRow row : rows) {
                if (row.version() <= seq) {
                    assertThat(row.type()).isEqualTo(NodeType.FILE);
                    String before = files.put("/" + row.name().raw(), content(device, row, seq));
                    assertThat(before).isNull();
                }
            }
            return files;
        }

        private String content(TestDevice device, NodeRow row, long seq) throws IOException {
            byte[] bytes = new byte[(int) row.size()];
            for (BlockRow block : device.database().history().blocksAt(row.id(), seq)) {
                int from = (int) (block.index() << row.blockBits());
                if (from < bytes.length) {
                    device.readBlock(block, bytes, from,
                            Math.min(bytes.length - from, 1 << row.blockBits()));
                }
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private void quiet() throws IOException {
            store.clear();
            for (int round = 0; round < 20; round++) {
                for (TestDevice device : devices) {
                    device.push();
                    device.pull();
                }
                if (devices.stream().allMatch(TestDevice::isQuiet)
                        && devices.stream().mapToLong(TestDevice::head).distinct().count() == 1) {
                    return;
                }
            }
            throw new AssertionError("the devices do not come to rest");
        }

        private void aMonthLater() throws IOException {
            for (int week = 0; week < 8; week++) {
                time.addAndGet(Duration.ofDays(8).toMillis());
                TestDevice device = devices.getFirst();
                device.collect();
                quiet();
            }
            time.addAndGet(Duration.ofDays(2).toMillis());
            devices.getFirst().collect();
        }

        private Set<String> objects() throws IOException {
            Set<String> keys = new HashSet<>();
            memory.list("o/", object -> keys.add(object.key().substring(object.key().lastIndexOf('/') + 1)));
            return keys;
        }

        private Set<String> named(TestDevice device) throws IOException {
            Set<String> named = new HashSet<>();
            device.database().objects().uses((object, length, old) -> named.add(object.hex()));
            return named;
        }

        private String path() {
            return "/" + (char) ('a' + random.nextInt(12));
        }

        private String text() {
            return "text " + random.nextInt()
                    + "x".repeat(random.nextInt(4) == 0 ? random.nextInt(200_000) : 20);
        }
    }
}
