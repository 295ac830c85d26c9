package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import aloft.store.FaultyStore;
import aloft.store.FaultyStore.Call;
import aloft.store.FaultyStore.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A journal to which much is written while nothing goes up. */
class CompactionTest extends Devices {

    private static final int SMALL = 64 << 10;

    private final FaultyStore faulty = new FaultyStore(store, new Random(1));
    private TestDevice one;
    private TestDevice two;

    @BeforeEach
    void twoDevices() throws IOException {
        TestDevice.makeVault(store);
        one = device("one", faulty);
        two = device("two");
    }

    private void nothingGoesUp() {
        faulty.rate(Fault.LOST_REQUEST, 1, Call.PUT, Call.PUT_IF_ABSENT);
    }

    /** What is in the journal is what was there before, after a kill and in the cloud too. */
    private void assertSame() throws Exception {
        var tree = seen(one);
        one.compact();
        assertThat(seen(one)).isEqualTo(tree);
        one.crash();
        assertThat(seen(one)).isEqualTo(tree);
        one.compact();
        one.crash();
        faulty.clear();
        one.push();
        assertThat(one.isQuiet()).isTrue();
        two.pull();
        assertThat(seen(two)).isEqualTo(tree);
        one.crash();
        assertThat(seen(one)).isEqualTo(tree);
        assertThat(one.isQuiet()).isTrue();
    }

    /** Entries in few words. */
    private static Map<String, String> seen(TestDevice device) throws FsException {
        Map<String, String> seen = new TreeMap<>();
        device.tree()
                .forEach((path, entry) -> seen.put(path,
                        entry.substring(0, Math.min(60, entry.length())) + entry.hashCode()));
        return seen;
    }

    @Test
    void whatIsWrittenOverAndOverTakesLittleRoom() throws Exception {
        one.start();
        nothingGoesUp();
        for (int i = 0; i < 100; i++) {
            one.write("/file", i + " ".repeat(10_000));
            one.write("/other" + i % 3, i + " ".repeat(3_000));
        }
        while (one.journalSize() > SMALL) {
            Thread.onSpinWait();
        }
        assertSame();
    }

    @Test
    void changesOfAllKindsAreThereAfterwards() throws Exception {
        one.drive().makeFolder("/folder", 0755);
        for (int i = 0; i < 8; i++) {
            one.write("/folder/" + i, i + "x".repeat(20_000));
        }
        one.push();
        nothingGoesUp();
        one.drive().setSize("/folder/0", 0);
        one.drive().setSize("/folder/1", 100_000);
        one.drive().setSize("/folder/2", 5);
        one.append("/folder/3", "appended");
        one.drive().removeFile("/folder/4");
        one.drive().rename("/folder/5", "/moved", Drive.RenameMode.REPLACE);
        one.drive().rename("/folder/6", "/folder/7", Drive.RenameMode.REPLACE);
        one.write("/new", "new");
        one.drive().makeFolder("/empty", 0700);
        one.drive().makeLink("/link", "target");
        one.drive().setMode("/moved", 0400);
        one.drive().setModified("/folder/3", 1_247_007_446_164_994_560L);
        one.drive().rename("/folder", "/renamed", Drive.RenameMode.REPLACE);
        for (int i = 0; i < 30; i++) {
            one.write("/busy", i + " ".repeat(5_000));
        }
        assertSame();
        assertThat(one.drive().stat("/renamed/3").mtime()).isEqualTo(1_247_007_446_164_994_560L);
        assertThat(one.drive().stat("/moved").mode()).isEqualTo(0400);
    }

    @Test
    void aConflictedCopyKeepsTheBlocksBeneathIt() throws Exception {
        one.write("/file", "x".repeat(20_000));
        one.push();
        two.pull();
        one.append("/file", "ours");
        two.write("/file", "theirs");
        two.push();
        one.pull();
        nothingGoesUp();
        for (int i = 0; i < 30; i++) {
            one.write("/busy", i + " ".repeat(5_000));
        }
        assertSame();
        assertThat(one.tree().values()).anyMatch(text -> text.endsWith("xours"));
    }

    @Test
    void aCommitWhoseAnswerWasLostIsStillKnown() throws Exception {
        one.write("/file", "first");
        faulty.next(Call.PUT_IF_ABSENT, Fault.LOST_ANSWER).rate(Fault.NOT_CONNECTED, 1, Call.GET);
        assertThatThrownBy(one::push).isInstanceOf(Failure.class);
        faulty.clear();
        nothingGoesUp();
        for (int i = 0; i < 30; i++) {
            one.write("/busy", i + " ".repeat(5_000));
        }
        assertSame();
        assertThat(two.paths()).containsExactlyInAnyOrder("/file", "/busy");
    }

    @Test
    void whatWasRemovedWhileItIsOpenIsReadOn() throws Exception {
        nothingGoesUp();
        long handle = one.drive().create("/gone", 0644, Drive.Access.READ_WRITE);
        byte[] bytes = "still here".getBytes(StandardCharsets.US_ASCII);
        one.drive().write(handle, 0, bytes, 0, bytes.length, false);
        one.drive().removeFile("/gone");
        for (int i = 0; i < 30; i++) {
            one.write("/busy", i + " ".repeat(5_000));
        }
        one.compact();
        byte[] read = new byte[bytes.length];
        assertThat(one.drive().read(handle, 0, read, 0, read.length)).isEqualTo(read.length);
        assertThat(read).isEqualTo(bytes);
        one.drive().release(handle);
        assertSame();
    }

    @Test
    void whatAnotherDeviceDoesLaterIsNotUndone() throws Exception {
        one.write("/file", "text");
        one.drive().makeFolder("/folder", 0755);
        one.push();
        nothingGoesUp();
        one.drive().setMode("/file", 0600);
        one.write("/busy", " ".repeat(20_000));
        one.compact();
        faulty.clear();
        one.push();
        two.pull();
        two.drive().rename("/file", "/folder/file", Drive.RenameMode.REPLACE);
        two.push();
        one.pull();
        one.crash();
        one.push();
        two.pull();
        assertThat(one.tree()).isEqualTo(two.tree()).containsKey("/folder/file");
    }
}
