package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.store.MemoryStore;
import aloft.tree.Drive.RenameMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How changes become commits. */
class CommitTest {

    private static final int MANY = 6_000;

    @TempDir
    private Path disk;

    private final MemoryStore store = new MemoryStore();
    private volatile Duration passed = Duration.ZERO;
    private TestDevice one;
    private TestDevice two;

    @BeforeEach
    void twoDevices() throws IOException {
        TestDevice.makeVault(store);
        InstantSource clock = () -> Instant.now().plus(passed);
        one = new TestDevice("one", disk.resolve("one"), store, clock);
        two = new TestDevice("two", disk.resolve("two"), store, clock);
    }

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
    }

    @Test
    void manySmallFilesAreFewCommits() throws Exception {
        long before = one.head();
        one.drive().makeFolder("/folder", 0755);
        for (int i = 0; i < 2_000; i++) {
            one.write("/folder/" + i, "text " + i);
        }
        one.push();
        assertThat(one.isQuiet()).isTrue();
        assertThat(one.head() - before).isLessThanOrEqualTo(3);
        two.pull();
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    /** Such as the log of a program that runs for days. */
    @Test
    void aFileThatIsWrittenAllTheTimeGoesUpEveryMinute() throws Exception {
        long handle = one.drive().create("/log", 0644, Drive.Access.READ_WRITE);
        int upAt = -1;
        for (int second = 0; second < 100 && upAt < 0; second += 2) {
            one.drive().write(handle, 0, new byte[10], 0, 10, true);
            one.pushWithoutWhatIsBeingWritten();
            two.pull();
            upAt = two.exists("/log") ? second : -1;
            passed = passed.plusSeconds(2);
        }
        assertThat(upAt).isBetween(58, 64);
        one.drive().release(handle);
    }

    @Test
    void aLongRowOfFilesThatAllMovedOnByOneGoesUp() throws Exception {
        makeLinks();
        for (int i = 0; i < MANY; i++) {
            one.drive().setModified("/link" + i, 1_000_000_000L * i);
        }
        for (int i = MANY - 1; i >= 0; i--) {
            one.drive().rename("/link" + i, "/link" + (i + 1), RenameMode.NO_REPLACE);
        }
        one.push();
        two.pull();
        assertThat(one.isQuiet()).isTrue();
        assertThat(two.drive().readLink("/link" + MANY)).isEqualTo("target" + (MANY - 1));
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    @Test
    void soDoesOneInTheOtherDirection() throws Exception {
        makeLinks();
        for (int i = 0; i < MANY; i++) {
            one.drive().rename("/link" + i, i == 0 ? "/first" : "/link" + (i - 1), RenameMode.NO_REPLACE);
        }
        one.push();
        two.pull();
        assertThat(one.isQuiet()).isTrue();
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    @Test
    void entriesThatChangedPlacesInACircleGoUpTogether() throws Exception {
        for (int i = 0; i < 3; i++) {
            one.write("/" + i, "content " + i);
        }
        one.push();
        long before = one.head();
        one.drive().rename("/0", "/1", RenameMode.EXCHANGE);
        one.drive().rename("/1", "/2", RenameMode.EXCHANGE);
        one.push();
        assertThat(one.head()).isEqualTo(before + 1);
        two.pull();
        assertThat(two.read("/0")).isEqualTo("content 1");
        assertThat(two.read("/1")).isEqualTo("content 2");
        assertThat(two.read("/2")).isEqualTo("content 0");
    }

    @Test
    void aNewFileReadsTheSameWhileItsFirstCommitIsSettled() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            one.write("/" + i, "text " + i);
        }
        var done = new AtomicBoolean();
        Callable<List<String>> reader = () -> {
            List<String> wrong = new ArrayList<>();
            while (!done.get()) {
                for (int i = 999; i >= 0 && !done.get(); i--) {
                    String text = one.read("/" + i);
                    if (!text.equals("text " + i)) {
                        wrong.add(text);
                    }
                }
            }
            return wrong;
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<String>> read = threads.submit(reader);
            try {
                one.push();
            } finally {
                done.set(true);
            }
            assertThat(read.get()).isEmpty();
        }
    }

    @Test
    void whatBothDevicesWroteAlikeIsOneFile() throws Exception {
        one.write("/both", "at first");
        one.push();
        two.pull();
        for (TestDevice device : new TestDevice[]{one, two}) {
            device.write("/both", "the same");
            device.drive().makeFolder("/folder", 0755);
            device.drive().makeFolder("/folder/below", 0755);
            device.write("/folder/below/new", "alike");
            device.write("/folder/other", device.name);
        }
        one.push();
        two.pull();
        two.push();
        two.push();
        one.pull();
        assertThat(two.isQuiet()).isTrue();
        assertThat(two.tree()).isEqualTo(one.tree());
        assertThat(two.paths()).hasSize(6)
                .contains("/both", "/folder/below/new", "/folder/other")
                .filteredOn(path -> path.contains("conflicted"))
                .hasSize(1)
                .allMatch(path -> path.startsWith("/folder/other"));
    }

    @Test
    void placesThatTheirChangesMoveOursFromAndToAreTold() throws Exception {
        one.write("/file", "words");
        one.drive().makeFolder("/folder", 0755);
        one.push();
        two.pull();
        one.drive().rename("/file", "/folder/theirs", RenameMode.REPLACE);
        two.drive().rename("/file", "/ours", RenameMode.REPLACE);
        two.write("/folder/theirs", "also there");
        one.push();
        two.told.clear();
        two.pull();
        assertThat(two.told).contains("/file", "/ours", "/folder/theirs")
                .anyMatch(path -> path.startsWith("/folder/theirs (conflicted copy"));
    }

    @Test
    void contentThatChangedAtTheSameSizeAndTimeIsOtherContentElsewhere() throws Exception {
        one.write("/file", "first");
        one.drive().setModified("/file", 1_000_000_000L);
        one.push();
        two.pull();
        long before = two.drive().stat("/file").id();
        long handle = two.drive().open("/file", Drive.Access.READ, false, 0);
        assertThat(two.read("/file")).isEqualTo("first");
        one.write("/file", "other");
        one.drive().setModified("/file", 1_000_000_000L);
        one.push();
        two.told.clear();
        two.pull();
        assertThat(two.read("/file")).isEqualTo("other");
        assertThat(two.drive().stat("/file").id()).isNotEqualTo(before);
        assertThat(two.told).contains("/file");
        two.drive().release(handle);
    }

    @Test
    void aCopyThatSomebodyHasOpenStays() throws Exception {
        one.write("/both", "the same");
        two.write("/both", "the same");
        long handle = two.drive().open("/both", Drive.Access.READ_WRITE, false, 0);
        one.push();
        two.pull();
        two.push();
        byte[] more = {'!'};
        two.drive().write(handle, 8, more, 0, 1, false);
        two.drive().release(handle);
        two.push();
        one.pull();
        assertThat(one.tree()).isEqualTo(two.tree());
        assertThat(one.paths()).hasSize(2);
        assertThat(one.tree().values()).anyMatch(text -> text.endsWith("the same!"));
    }

    private void makeLinks() throws Exception {
        for (int i = 0; i < MANY; i++) {
            one.drive().makeLink("/link" + i, "target" + i);
        }
        one.push();
        two.pull();
    }
}
