package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import aloft.failure.Failure;
import aloft.store.FaultyStore;
import aloft.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is kept on this device, and what a full disk does to that. */
@Timeout(60)
class PinTest {

    private static final Keeping.Progress SILENT = (done, total, item) -> {};

    @TempDir
    private Path disk;
    private final MemoryStore store = new MemoryStore();
    /** Between the second device and the cloud. */
    private final FaultyStore line = new FaultyStore(store, new Random(1));
    private TestDevice one;
    private TestDevice two;

    @BeforeEach
    void fillTheCloud() throws IOException, FsException {
        TestDevice.makeVault(store);
        one = new TestDevice("one", disk.resolve("one"), store, InstantSource.system());
        two = new TestDevice("two", disk.resolve("two"), line, InstantSource.system());
        one.drive().makeFolder("/big", 0755);
        one.drive().makeFolder("/small", 0755);
        one.write("/big/a", "a".repeat(100_000));
        one.write("/big/b", "b".repeat(100_000));
        one.write("/small/c", "c");
        one.push();
        two.pull();
    }

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
    }

    private static boolean isPinned(TestDevice device, String path) throws FsException {
        return device.keeping().status(path).pinned();
    }

    @Test
    void whatIsPinnedIsHere() throws Exception {
        two.start();
        two.keeping().pin("/big");
        two.keeping().awaitPinned("/big", SILENT);
        assertThat(two.keeping().status("/big/a").state()).isEqualTo(Keeping.State.PINNED);
        assertThat(isPinned(two, "/small")).isFalse();
    }

    @Test
    void aFolderIsUnpinnedWithWhatIsPinnedInIt() throws Exception {
        two.keeping().pin("/big/a");
        two.keeping().pin("/small");
        two.keeping().unpin("/big");
        assertThat(isPinned(two, "/big/a")).isFalse();
        assertThat(isPinned(two, "/small")).isTrue();
        two.restart();
        assertThat(isPinned(two, "/big/a")).isFalse();
        two.keeping().unpin("/");
        assertThat(isPinned(two, "/small")).isFalse();
    }

    private void awaitComing(int files) {
        while (two.keeping().status().comingFiles() != files) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatIsToComeIsKnownAndToldWhenItIsHere() throws Exception {
        two.start();
        line.offline(true);
        two.keeping().pin("/big");
        awaitComing(2);
        long since = System.nanoTime();
        two.keeping().pin("/big/a"); // one more round that brings nothing
        assertThat(two.keeping().status().coming()).isGreaterThan(0);
        assertThat(two.keptFiles).hasValue(0);
        long waited = System.nanoTime();
        line.offline(false);
        two.keeping().pin("/small");
        awaitComing(0);
        while (two.keptFiles.get() < 3) {
            Thread.onSpinWait();
        }
        assertThat(two.keptTook).isGreaterThan(Duration.ofNanos(waited - since));
        assertThat(two.keeping().status().coming()).isZero();
    }

    @Test
    void aPinThatIsTakenBackIsNotToComeAndNotTold() throws Exception {
        two.start();
        line.offline(true);
        two.keeping().pin("/big");
        awaitComing(2);
        two.keeping().unpin("/big");
        awaitComing(0);
        assertThat(two.keptFiles).hasValue(0);
    }

    @Test
    void aChangeOfAStateShowsInTheStamp() throws Exception {
        String first = stamp();
        assertThat(stamp()).isEqualTo(first);
        two.keeping().pin("/big");
        String pinned = stamp();
        assertThat(pinned).isNotEqualTo(first);
        two.read("/small/c");
        while (two.keeping().status("/small/c").stored() == 0) {
            Thread.onSpinWait(); // it comes to the disk after the reader has it
        }
        String fetched = stamp();
        assertThat(fetched).isNotEqualTo(pinned);
        two.keeping().free("/small/c");
        assertThat(stamp()).isNotEqualTo(fetched);
    }

    private String stamp() throws FsException {
        return new String(two.drive().getXattr("/", Xattrs.STAMP), StandardCharsets.UTF_8);
    }

    @Test
    void aDiskThatIsFullAfterAllTakesThePinBack() throws Exception {
        two.freeDisk = 0;
        two.start();
        two.keeping().pin("/big");
        assertThatExceptionOfType(Failure.Full.class)
                .isThrownBy(() -> two.keeping().awaitPinned("/big", SILENT))
                .withMessageContaining("no space left");
        assertThat(isPinned(two, "/big")).isFalse();
        assertThat(isPinned(two, "/big/a")).isFalse();
        two.restart();
        assertThat(isPinned(two, "/big")).isFalse();
    }

    @Test
    void whatWasPinnedBeforeStaysSo() throws Exception {
        two.start();
        two.keeping().pin("/small");
        two.keeping().awaitPinned("/small", SILENT);
        two.restart();
        two.freeDisk = 0;
        two.start();
        two.keeping().pin("/big");
        assertThatExceptionOfType(Failure.Full.class)
                .isThrownBy(() -> two.keeping().awaitPinned("/big", SILENT));
        assertThat(isPinned(two, "/small")).isTrue();
        assertThat(isPinned(two, "/big")).isFalse();
        two.freeDisk = 1L << 40;
        two.keeping().pin("/big");
        two.keeping().awaitPinned("/big", SILENT);
        assertThat(isPinned(two, "/big")).isTrue();
    }
}
