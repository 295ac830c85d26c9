package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.store.FaultyStore;
import aloft.store.MemoryStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commit of another device arrives while content of the same file is on its way up. */
class OvertakenTest {

    @TempDir
    private Path disk;

    private final MemoryStore store = new MemoryStore();
    private final AtomicBoolean overtake = new AtomicBoolean();
    private TestDevice one;
    private TestDevice two;

    @BeforeEach
    void bothChangeAFile() throws Exception {
        TestDevice.makeVault(store);
        var overtaken = new FaultyStore(store, new Random(1), new FaultyStore.Hooks() {
            @Override
            public void before(FaultyStore.Call call, String key) throws InterruptedIOException {
                if (call == FaultyStore.Call.PUT && overtake.compareAndSet(true, false)) {
                    pull();
                }
            }
        });
        one = new TestDevice("one", disk.resolve("one"), overtaken, InstantSource.system());
        two = new TestDevice("two", disk.resolve("two"), store, InstantSource.system());
        one.write("/file", "at first");
        one.push();
        two.pull();
    }

    private void pull() throws InterruptedIOException {
        try {
            one.pull();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
    }

    private String goUpOvertaken() throws Exception {
        two.push();
        overtake.set(true);
        one.push();
        assertThat(overtake).isFalse();
        one.push();
        two.pull();
        assertThat(one.isQuiet()).isTrue();
        assertThat(two.tree()).isEqualTo(one.tree());
        List<String> copies = two.paths().stream().filter(path -> path.contains("conflicted copy")).toList();
        assertThat(copies).hasSize(1);
        return two.read(copies.getFirst());
    }

    @Test
    void whatBecomesACopyMeanwhileGoesUpAgain() throws Exception {
        one.write("/file", "ours, and longer");
        two.write("/file", "theirs");
        assertThat(goUpOvertaken()).isEqualTo("ours, and longer");
        assertThat(two.read("/file")).isEqualTo("theirs");
    }

    @Test
    void soDoesWhatWasAppended() throws Exception {
        one.append("/file", " and ours");
        two.append("/file", " and theirs");
        assertThat(goUpOvertaken()).isEqualTo("at first and ours");
        assertThat(two.read("/file")).isEqualTo("at first and theirs");
    }

    @Test
    void whatIsRemovedMeanwhileComesBackWhole() throws Exception {
        one.append("/file", " and ours");
        two.drive().removeFile("/file");
        two.push();
        overtake.set(true);
        one.push();
        one.push();
        two.pull();
        assertThat(two.read("/file")).isEqualTo("at first and ours");
        assertThat(two.tree()).isEqualTo(one.tree());
    }
}
