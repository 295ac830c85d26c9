package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.failure.Failure;
import aloft.format.NodeType;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several devices do random things on one store with faults, are killed and come back; then, after quiet, all see
 * the same, and no word is lost that nobody has overwritten or removed with open eyes.
 */
class TreeModelTest {

    private static final Pattern WORD = Pattern.compile("w\\d+\n");

    @TempDir
    private Path disks;

    @Test
    void devicesAgreeAndNothingIsLost() throws Exception {
        Sequences.run(disks, 40, (seed, folder) -> new Run(seed, folder).run());
    }

    private static final class Run {
        private final Random random;
        private final Path home;
        private final AtomicLong time = new AtomicLong(1_700_000_000_000L);
        private final Set<String> alive = new HashSet<>();
        private final List<TestDevice> devices = new ArrayList<>();
        private final MemoryStore memory = new MemoryStore(() -> Instant.ofEpochMilli(time()),
                Long.MAX_VALUE);
        private final Map<TestDevice, FaultyStore> stores = new HashMap<>();
        private final List<String> story = new ArrayList<>();
        private final Map<TestDevice, List<Long>> handles = new HashMap<>();
        private int words;
        private int days;

        Run(long seed, Path folder) throws IOException {
            random = new Random(seed);
            home = folder;
            TestDevice.makeVault(memory);
            int count = 1 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                devices.add(device("d" + i));
            }
        }

        private TestDevice device(String name) throws IOException {
            var store = new FaultyStore(memory, new Random(random.nextLong()));
            long wrong = random.nextInt(4) == 0
                    ? Duration.ofDays(random.nextInt(-500, 500)).toMillis()
                    : 0;
            var device = new TestDevice(name, home.resolve(name), store,
                    () -> Instant.ofEpochMilli(time.addAndGet(random.nextInt(20)) + wrong));
            stores.put(device, store);
            return device;
        }

        private long time() {
            return time.get();
        }

        private FaultyStore store(TestDevice device) {
            return Objects.requireNonNull(stores.get(device));
        }

        void run() throws Exception {
            try {
                devices.forEach(this::weather);
                for (int step = 0; step < Sequences.STEPS; step++) {
                    step(devices.get(random.nextInt(devices.size())));
                }
                stores.values().forEach(FaultyStore::clear);
                arriveLate();
                quiet();
                Map<String, String> tree = devices.getFirst().tree();
                for (TestDevice device : devices) {
                    assertThat(device.tree()).as("all devices see the same").isEqualTo(tree);
                }
                devices.add(device("fresh"));
                assertThat(devices.getLast().tree()).as("the cloud has the same").isEqualTo(tree);
                String all = String.join("\n", tree.values());
                assertThat(alive).as("no word is lost").allMatch(all::contains);
                devices.getFirst().restart();
                assertThat(devices.getFirst().tree()).as("a restart changes nothing").isEqualTo(tree);
            } catch (AssertionError | Exception e) {
                throw new AssertionError(String.join("\n", story), e);
            } finally {
                for (TestDevice device : devices) {
                    device.close();
                }
            }
        }

        private void quiet() throws IOException {
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

        private void tell(TestDevice device, String what) {
            story.add(device.name + " " + what);
        }

        private void step(TestDevice device) throws Exception {
            try {
                switch (random.nextInt(30)) {
                    case 0, 1, 2, 3 -> write(device, pathFor(device));
                    case 4, 5 -> append(device, file(device));
                    case 6, 7 -> makeFolder(device, pathFor(device));
                    case 8 -> remove(device, file(device));
                    case 9 -> removeFolder(device, folder(device));
                    case 10, 11 -> rename(device);
                    case 12 -> device.drive().setMode(any(device), random.nextInt(0777));
                    case 13 -> truncate(device, file(device));
                    case 14 -> device.drive().makeLink(pathFor(device), "target " + random.nextInt());
                    case 15, 16 -> push(device);
                    case 17, 18 -> pull(device);
                    case 19 -> open(device, file(device));
                    case 20, 21 -> appendOpen(device);
                    case 22 -> closeOne(device);
                    case 23 -> pass();
                    case 24 -> collect(device);
                    case 25 -> crashInTheCloud(device);
                    case 26 -> compact(device);
                    case 27 -> arriveLate();
                    default -> crashSometimes(device);
                }
            } catch (FsException e) {
                boolean wrongTwice = e.getCause() instanceof Failure.Damaged;
                if (e.reason() == FsException.Reason.IO && !wrongTwice
                        || e.reason() == FsException.Reason.NO_SPACE) {
                    throw e;
                }
            } catch (Failure.Damaged e) {
                // wrong twice in a row; in the end, under a clear sky, it has to be there all the same
                tell(device, "gets wrong bytes twice");
            } catch (Failure e) {
                assertThat(e.mayRetry()).as(e.toString()).isTrue();
            } catch (FaultyStore.Crash e) {
                crash(device);
            } catch (IOException e) {
                if (!(e.getCause() instanceof FaultyStore.Crash)) {
                    throw e;
                }
                crash(device);
            }
        }

        /** What is forgotten after a month is another test's. */
        private void pass() {
            if (days < 20) {
                int more = random.nextInt(10);
                days += more;
                tell(devices.getFirst(), more + " days later");
                time.addAndGet(Duration.ofDays(more).toMillis());
            }
        }

        /** What was sent before gets to the cloud only now. */
        private void arriveLate() throws IOException {
            story.add("what is late arrives");
            for (FaultyStore store : stores.values()) {
                store.arrive();
            }
        }

        private void collect(TestDevice device) throws IOException {
            tell(device, "collects at " + device.head());
            device.collect();
        }

        /** One of its next calls to the cloud is its last. */
        private void crashInTheCloud(TestDevice device) throws Exception {
            Call call = random.nextBoolean() ? Call.PUT : Call.PUT_IF_ABSENT;
            store(device).next(call, random.nextBoolean() ? Fault.CRASH_BEFORE : Fault.CRASH_AFTER);
            push(device);
        }

        private void push(TestDevice device) throws Exception {
            tell(device, "push from " + device.head());
            whileTheKernelLooksAway(device, device::push);
        }

        private void pull(TestDevice device) throws Exception {
            tell(device, "pull from " + device.head());
            whileTheKernelLooksAway(device, device::pull);
        }

        private interface Step {
            void run() throws IOException;
        }

        private static void whileTheKernelLooksAway(TestDevice device, Step step) throws Exception {
            KernelView before = device.view();
            try {
                step.run();
            } finally {
                before.mustHaveBeenTold(device.told, KernelView.of(device.drive(), device.paths()));
            }
        }

        private void compact(TestDevice device) throws IOException {
            tell(device, "compacts its journal");
            device.compact();
        }

        private void makeFolder(TestDevice device, String path) throws FsException {
            tell(device, "mkdir " + path);
            device.drive().makeFolder(path, 0755);
        }

        private void removeFolder(TestDevice device, String path) throws FsException {
            tell(device, "rmdir " + path);
            device.drive().removeFolder(path);
        }

        private void crashSometimes(TestDevice device) throws IOException {
            if (random.nextInt(4) == 0) {
                crash(device);
            }
        }

        private void crash(TestDevice device) throws IOException {
            tell(device, "crash");
            store(device).restart();
            device.crash();
            handles.remove(device);
            weather(device);
        }

        private void weather(TestDevice device) {
            store(device).rate(Fault.LOST_ANSWER, 0.05, Call.PUT, Call.PUT_IF_ABSENT, Call.DELETE)
                    .rate(Fault.LATE, 0.03, Call.PUT_IF_ABSENT)
                    .rate(Fault.LOST_REQUEST, 0.05, Call.PUT, Call.PUT_IF_ABSENT, Call.GET, Call.DELETE)
                    .rate(Fault.DUPLICATE, 0.05, Call.PUT, Call.PUT_IF_ABSENT, Call.DELETE)
                    .rate(Fault.BUSY, 0.02, Call.PUT, Call.PUT_IF_ABSENT, Call.GET)
                    .rate(Fault.BROKEN, 0.02, Call.LIST)
                    .rate(Fault.TRUNCATED, 0.02, Call.READ)
                    .rate(Fault.WRONG_BYTES, 0.02, Call.READ);
        }

        private void write(TestDevice device, String path) throws FsException {
            List<String> before = device.exists(path) ? wordsIn(device, path) : List.of();
            String word = word();
            tell(device, "write " + word.strip() + " to " + path + " over " + before);
            device.write(path, word + "x".repeat(random.nextInt(10) == 0 ? random.nextInt(300_000) : 5));
            before.forEach(alive::remove);
            alive.add(word);
        }

        private void append(TestDevice device, String path) throws FsException {
            String word = word();
            tell(device, "append " + word.strip() + " to " + path);
            device.append(path, word);
            alive.add(word);
        }

        private void open(TestDevice device, String path) throws FsException {
            long handle = device.drive().open(path, Drive.Access.READ_WRITE, false, 0);
            tell(device, "open " + path + " as " + handle);
            handles.computeIfAbsent(device, key -> new ArrayList<>()).add(handle);
        }

        /** What is written to a file that was removed here goes with it; removed elsewhere, it stays. */
        private void appendOpen(TestDevice device) throws FsException {
            List<Long> open = handles.getOrDefault(device, List.of());
            if (open.isEmpty()) {
                return;
            }
            long handle = open.get(random.nextInt(open.size()));
            String word = word();
            tell(device, "append " + word.strip() + " to " + handle);
            byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
            device.drive().write(handle, 0, bytes, 0, bytes.length, true);
            if (device.drive().stat(handle).links() > 0) {
                alive.add(word);
            }
        }

        private void closeOne(TestDevice device) {
            List<Long> open = handles.getOrDefault(device, List.of());
            if (!open.isEmpty()) {
                long handle = open.remove(random.nextInt(open.size()));
                tell(device, "close " + handle);
                device.drive().release(handle);
            }
        }

        private void truncate(TestDevice device, String path) throws FsException {
            List<String> before = wordsIn(device, path);
            tell(device, "truncate " + path + " with " + before);
            device.drive().setSize(path, 0);
            before.forEach(alive::remove);
        }

        private void remove(TestDevice device, String path) throws FsException {
            List<String> before = wordsIn(device, path);
            tell(device, "remove " + path + " with " + before);
            device.drive().removeFile(path);
            before.forEach(alive::remove);
        }

        private void rename(TestDevice device) throws FsException {
            String from = any(device);
            String to = random.nextBoolean() ? pathFor(device) : any(device);
            if (from.equals(to)) {
                return;
            }
            List<String> before = device.exists(to) ? wordsIn(device, to) : List.of();
            tell(device, "rename " + from + " to " + to + " over " + before);
            device.drive().rename(from, to, Drive.RenameMode.REPLACE);
            before.forEach(alive::remove);
        }

        private List<String> wordsIn(TestDevice device, String path) throws FsException {
            if (device.drive().stat(path).type() != NodeType.FILE) {
                return List.of();
            }
            return WORD.matcher(device.read(path)).results().map(found -> found.group()).toList();
        }

        private String word() {
            return "w" + words++ + "\n";
        }

        private String pathFor(TestDevice device) throws FsException {
            List<String> folders = new ArrayList<>(List.of(""));
            folders.addAll(of(device, NodeType.FOLDER));
            return folders.get(random.nextInt(folders.size())) + "/" + (char) ('a' + random.nextInt(6));
        }

        private String file(TestDevice device) throws FsException {
            return pick(of(device, NodeType.FILE));
        }

        private String folder(TestDevice device) throws FsException {
            return pick(of(device, NodeType.FOLDER));
        }

        private String any(TestDevice device) throws FsException {
            return pick(device.paths());
        }

        private String pick(List<String> paths) throws FsException {
            if (paths.isEmpty()) {
                throw new FsException(FsException.Reason.NOT_FOUND, "nothing there");
            }
            return paths.get(random.nextInt(paths.size()));
        }

        private List<String> of(TestDevice device, NodeType type) throws FsException {
            List<String> found = new ArrayList<>();
            for (String path : device.paths()) {
                if (device.drive().stat(path).type() == type) {
                    found.add(path);
                }
            }
            return found;
        }
    }
}
