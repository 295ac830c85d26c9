package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
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
}
