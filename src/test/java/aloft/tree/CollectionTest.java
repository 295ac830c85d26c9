package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import aloft.failure.Failure;
import aloft.store.FaultyStore;
import aloft.store.FaultyStore.Call;
import aloft.store.FaultyStore.Fault;
import aloft.store.MemoryStore;
import aloft.tree.Drive.Access;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the cloud keeps, and for how long. */
class CollectionTest {

    @TempDir
    private Path disk;
    private final AtomicLong time = new AtomicLong(1_700_000_000_000L);
    private final MemoryStore memory = new MemoryStore(() -> Instant.ofEpochMilli(time.get()),
            Long.MAX_VALUE);
    private final FaultyStore store = new FaultyStore(memory, new Random(1));
    private TestDevice one;
    private TestDevice two;

    @BeforeEach
    void twoDevices() throws IOException {
        TestDevice.makeVault(store);
        one = device("one");
        two = device("two");
        one.pull();
    }

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
    }

    private TestDevice device(String name) throws IOException {
        return new TestDevice(name, disk.resolve(name), store, () -> Instant.ofEpochMilli(time.get()));
    }

    private void pass(int days) {
        time.addAndGet(Duration.ofDays(days).toMillis() + 60_000);
    }

    private SortedSet<String> objects() throws IOException {
        var keys = new TreeSet<String>();
        memory.list("o/", object -> keys.add(object.key()));
        return keys;
    }

    private void both() throws IOException {
        for (int i = 0; i < 3; i++) {
            one.push();
            one.pull();
            two.push();
            two.pull();
        }
    }

    /** Announces, waits a day, deletes. */
    private void collect(TestDevice device) throws IOException {
        pass(8);
        device.collect();
        pass(1);
        device.collect();
    }

    @Test
    void whatWasRemovedGoesAfterAMonthAndAnAnnouncement() throws Exception {
        one.write("/stays", "stays");
        one.push();
        one.write("/goes", "goes");
        both();
        one.drive().removeFile("/goes");
        both();
        pass(20);
        collect(one);
        assertThat(objects()).as("earlier versions are kept for 30 days").hasSize(2);
        pass(8);
        one.collect();
        assertThat(objects()).as("announced only").hasSize(2);
        one.collect();
        assertThat(objects()).hasSize(2);
        pass(1);
        one.collect();
        assertThat(objects()).hasSize(1);
        two.restart();
        two.pull();
        assertThat(two.read("/stays")).isEqualTo("stays");
        assertThat(two.database().history().deleted(0)).isEmpty();
    }

    @Test
    void aCollectionWaitsForTheStoresClock() throws Exception {
        one.write("/goes", "goes");
        both();
        one.drive().removeFile("/goes");
        both();
        long stored = time.get();
        pass(400);
        long device = time.get();
        var fast = new MemoryClock(device);
        time.set(stored);
        try (var wrong = new TestDevice("fast", disk.resolve("fast"), store, fast::now)) {
            wrong.pull();
            wrong.collect();
            fast.pass(2);
            wrong.collect();
            wrong.pull();
            assertThat(wrong.database().history().deleted(0)).hasSize(1);
        }
        assertThat(objects()).hasSize(1);
    }

    /** A device's own clock. */
    private static final class MemoryClock {
        private long millis;

        MemoryClock(long millis) {
            this.millis = millis;
        }

        Instant now() {
            return Instant.ofEpochMilli(millis);
        }

        void pass(int days) {
            millis += Duration.ofDays(days).toMillis();
        }
    }

    @Test
    void whatWaitedTooLongForItsCommitGoesUpAgain() throws Exception {
        one.write("/late", "late");
        store.rate(Fault.LOST_REQUEST, 1, Call.PUT_IF_ABSENT);
        assertThatExceptionOfType(Failure.class).isThrownBy(() -> one.push());
        store.clear();
        assertThat(objects()).hasSize(1);
        String first = objects().first();
        collect(two);
        assertThat(objects()).isEmpty();
        one.push();
        one.push();
        assertThat(one.isQuiet()).isTrue();
        assertThat(objects()).hasSize(1).doesNotContain(first);
        two.pull();
        assertThat(two.read("/late")).isEqualTo("late");
    }

    @Test
    void whatIsAnnouncedGoesUpAgainAlsoBeforeItIsDeleted() throws Exception {
        one.write("/late", "late");
        store.rate(Fault.LOST_REQUEST, 1, Call.PUT_IF_ABSENT);
        assertThatExceptionOfType(Failure.class).isThrownBy(() -> one.push());
        store.clear();
        pass(8);
        two.collect();
        one.push();
        one.push();
        pass(1);
        two.collect();
        assertThat(two.tree()).isEqualTo(one.tree());
        assertThat(two.read("/late")).isEqualTo("late");
        assertThat(objects()).hasSize(1);
    }

    private void sparsePack() throws IOException, FsException {
        for (int i = 0; i < 20; i++) {
            if (i > 0 || !one.exists("/f0")) {
                one.write("/f" + i, "content of file " + i + "x".repeat(30_000));
            }
        }
        both();
        for (int i = 1; i < 20; i++) {
            if (i != 7) {
                one.drive().removeFile("/f" + i);
            }
        }
        both();
        pass(31);
        one.write("/new", "new");
        both();
    }

    @Test
    void aPackOfWhichLittleIsNeededIsWrittenAnew() throws Exception {
        sparsePack();
        var before = one.tree();
        long handle = two.drive().open("/f0", Access.READ, false, 0);
        long changed = two.drive().open("/f7", Access.READ_WRITE, false, 0);
        byte[] note = "changed".getBytes(StandardCharsets.UTF_8);
        two.drive().write(changed, 0, note, 0, note.length, false);
        long size = sizes().last();
        collect(one);
        assertThat(sizes().last()).isLessThan(size / 2);
        two.pull();
        assertThat(two.isQuiet()).as("the change on it waits").isFalse();
        byte[] bytes = new byte[17];
        two.drive().read(handle, 0, bytes, 0, 17);
        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo("content of file 0");
        two.drive().release(handle);
        two.drive().release(changed);
        both();
        assertThat(two.paths()).as("no conflicted copy").containsExactlyInAnyOrder("/f0", "/f7", "/new");
        assertThat(two.read("/f7")).startsWith("changed of file 7xxx").hasSize(30_017);
        assertThat(one.tree()).isEqualTo(two.tree());
        assertThat(one.tree().get("/f0")).isEqualTo(before.get("/f0"));
        try (var fresh = device("fresh")) {
            assertThat(fresh.tree()).isEqualTo(one.tree());
        }
    }

    private SortedSet<Long> sizes() throws IOException {
        var sizes = new TreeSet<Long>();
        memory.list("o/", object -> sizes.add(object.size()));
        return sizes;
    }

    @Test
    void aConflictedCopyThatIsNotUpYetFollowsItsBlocks() throws Exception {
        String large = "x".repeat(4 << 20) + "the end";
        one.write("/f0", large);
        sparsePack();
        overwrite(two, "two");
        overwrite(one, "one");
        one.push();
        two.pull();
        assertThat(two.isQuiet()).isFalse();
        collect(one);
        two.pull();
        two.crash();
        both();
        assertThat(two.tree()).isEqualTo(one.tree());
        assertThat(two.paths()).hasSize(4);
        assertThat(two.paths()
                .stream()
                .filter(path -> path.contains("conflicted"))
                .map(this::end)).containsExactly("two" + large.substring(3));
    }

    private static void overwrite(TestDevice device, String begin) throws FsException {
        long handle = device.drive().open("/f0", Access.WRITE, false, 0);
        device.drive().write(handle, 0, begin.getBytes(StandardCharsets.UTF_8), 0, begin.length(), false);
        device.drive().release(handle);
    }

    private String end(String path) {
        try {
            return one.read(path);
        } catch (FsException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void pagesThatNoCheckpointListsGo() throws Exception {
        String page = "p/ab/abababababababababababababababab";
        memory.put(page, new byte[100]);
        pass(6);
        one.write("/file", "text");
        one.push();
        collect(one);
        var keys = new TreeSet<String>();
        memory.list("p/", object -> keys.add(object.key()));
        assertThat(keys).doesNotContain(page);
    }
}
