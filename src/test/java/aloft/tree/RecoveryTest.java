package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.store.FaultyStore;
import aloft.store.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is there after the end of a process; each bug that was found has its name here. */
class RecoveryTest {

    @TempDir
    private Path disk;

    private final MemoryStore store = new MemoryStore();
    private TestDevice one;
    private TestDevice two;

    private Path keptJournal = Path.of("none");

    @BeforeEach
    void twoDevices() throws IOException {
        TestDevice.makeVault(store);
        one = new TestDevice("one", disk.resolve("one"), store, InstantSource.system());
        two = new TestDevice("two", disk.resolve("two"), store, InstantSource.system());
    }

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
    }

    @Test
    void whatWasWrittenIsThereAfterAKill() throws Exception {
        one.drive().makeFolder("/folder", 0755);
        one.write("/folder/file", "words");
        one.drive().rename("/folder/file", "/moved", Drive.RenameMode.REPLACE);
        one.crash();
        assertThat(one.read("/moved")).isEqualTo("words");
        assertThat(one.exists("/folder/file")).isFalse();
    }

    @Test
    void whatWasBroughtUpIsNoChangeAnyMoreAfterAKill() throws Exception {
        one.write("/file", "words");
        one.push();
        long head = one.head();
        one.crash();
        assertThat(one.head()).isEqualTo(head);
        assertThat(one.isQuiet()).isTrue();
        assertThat(one.read("/file")).isEqualTo("words");
    }

    @Test
    void changesHereOfAFileThatWasRemovedDoNotComeBackWithIt() throws Exception {
        one.write("/file", "first ");
        one.push();
        two.pull();
        two.append("/file", "second");
        two.push();
        one.append("/file", "other");
        one.drive().removeFile("/file");
        one.pull();
        assertThat(one.read("/file")).isEqualTo("first second");
        one.crash();
        assertThat(one.read("/file")).isEqualTo("first second");
    }

    @Test
    void aDatabaseThatWasSetBackMakesNoConflictOfOurOwnCommits() throws Exception {
        one.write("/file", "first ");
        one.push();
        two.pull();
        one.copyDatabase(disk.resolve("kept"));
        one.append("/file", "second ");
        one.write("/new", "new");
        one.push();
        one.append("/file", "third");
        one.crashWithDatabase(disk.resolve("kept"));
        assertThat(one.read("/file")).isEqualTo("first second third");
        assertThat(one.read("/new")).isEqualTo("new");
        one.pull();
        one.push();
        two.pull();
        assertThat(one.paths()).containsExactlyInAnyOrder("/file", "/new");
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    @Test
    void aLostDatabaseIsFilledFromTheCloudWithTheChangesOnTop() throws Exception {
        one.write("/up", "in the cloud");
        one.push();
        one.write("/here", "only here");
        one.append("/up", " and more");
        one.loseDatabase();
        assertThat(one.read("/up")).isEqualTo("in the cloud and more");
        assertThat(one.read("/here")).isEqualTo("only here");
        one.push();
        two.pull();
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    @Test
    void pinsOutliveTheDatabase() throws Exception {
        one.drive().makeFolder("/kept", 0755);
        one.write("/kept/file", "words");
        one.push();
        one.keeping().pin("/kept");
        one.write("/other", "more");
        one.push();
        one.loseDatabase();
        assertThat(one.keeping().status("/kept/file").pinned()).isTrue();
        one.crash();
        one.keeping().unpin("/kept");
        one.loseDatabase();
        assertThat(one.keeping().status("/kept/file").pinned()).isFalse();
    }

    @Test
    void aLostDatabaseIsFilledFromCheckpointAndLog() throws Exception {
        for (int i = 0; i < 300; i++) {
            one.write("/file" + i % 40, "text " + i);
            if (i % 7 == 0) {
                one.drive().rename("/file" + i % 40, "/moved" + i % 11, Drive.RenameMode.REPLACE);
            }
            one.push();
        }
        var tree = one.tree();
        one.loseDatabase();
        assertThat(one.tree()).isEqualTo(tree);
        one.write("/after", "words");
        one.push();
        two.pull();
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    @Test
    void aTimeSetAfterAWriteOutlivesACommitWithoutTheContent() throws Exception {
        one.write("/file", "first");
        one.push();
        long handle = one.drive().open("/file", Drive.Access.READ_WRITE, false, 0);
        one.drive().write(handle, 0, "other".getBytes(StandardCharsets.US_ASCII), 0, 5, false);
        one.drive().setMode("/file", 0600);
        one.drive().setModified("/file", 1_247_007_446_164_994_560L);
        one.pushWithoutWhatIsBeingWritten();
        one.crash();
        assertThat(one.read("/file")).isEqualTo("other");
        assertThat(one.drive().stat("/file").mode()).isEqualTo(0600);
        assertThat(one.drive().stat("/file").mtime()).isEqualTo(1_247_007_446_164_994_560L);
        one.push();
        one.crash();
        assertThat(one.drive().stat("/file").mtime()).isEqualTo(1_247_007_446_164_994_560L);
    }

    /** Removed here while the log had lost it, it is not removed any more when another device puts it there again. */
    @Test
    void aFileThatAnotherDeviceBringsBackOutlivesAKill() throws Exception {
        one.write("/file", "text");
        one.push();
        two.pull();
        try (var three = new TestDevice("three", disk.resolve("three"), store, InstantSource.system())) {
            one.append("/file", " and more");
            three.drive().rename("/file", "/moved", Drive.RenameMode.REPLACE);
            two.drive().removeFile("/file");
            two.push();
            one.pull();
            one.drive().removeFile("/file");
            three.pull();
            three.push();
            one.pull();
            assertThat(one.paths()).containsExactly("/moved");
            one.crash();
            assertThat(one.paths()).containsExactly("/moved");
            one.push();
            three.pull();
            assertThat(three.read("/moved")).isEqualTo("text");
        }
    }

    @Test
    void changesAfterAKillBetweenACommitAndItsNoteOutliveTheNextKill() throws Exception {
        var claims = new FaultyStore(store, new Random(1), new FaultyStore.Hooks() {
            @Override
            public void before(FaultyStore.Call call, String key) {
                if (call == FaultyStore.Call.PUT_IF_ABSENT && key.startsWith("m/")) {
                    keepJournal(key);
                }
            }
        });
        one.close();
        one = new TestDevice("one", disk.resolve("claims"), claims, InstantSource.system());
        for (int i = 0; i < 20; i++) {
            one.write("/file" + i, "first ");
        }
        one.push();
        one.append("/file3", "second");
        one.push();
        // the journal is as when the commit was claimed, the database has it already
        one.crash(keptJournal);
        assertThat(one.isQuiet()).isTrue();
        one.drive().setMode("/file3", 0600);
        one.drive().rename("/file3", "/file4", Drive.RenameMode.REPLACE);
        one.crash();
        assertThat(one.read("/file4")).isEqualTo("first second");
        assertThat(one.drive().stat("/file4").mode()).isEqualTo(0600);
        assertThat(one.exists("/file3")).isFalse();
        one.push();
        two.pull();
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    private void keepJournal(String key) {
        try {
            keptJournal = disk.resolve(key.replace('/', '-'));
            one.copyJournal(keptJournal);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatBecameACopyIsNoChangeOfTheFirstFileAnyMore() throws Exception {
        one.write("/file", "first");
        one.push();
        two.pull();
        two.append("/file", " theirs");
        two.drive().rename("/file", "/moved", Drive.RenameMode.REPLACE);
        two.push();
        one.append("/file", " ours");
        one.drive().setMode("/file", 0600);
        one.pull();
        var tree = one.tree();
        assertThat(tree).hasSize(2);
        one.restart();
        assertThat(one.tree()).isEqualTo(tree);
        one.push();
        one.restart();
        assertThat(one.tree()).isEqualTo(tree);
    }
}
