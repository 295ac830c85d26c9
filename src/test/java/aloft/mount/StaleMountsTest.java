package aloft.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts whose process was killed, on the kernel. */
class StaleMountsTest {

    @TempDir
    Path temporary;

    @Test
    void aKilledMountIsReplacedAndItsCallersGetAnError() throws Exception {
        try (var served = new ServedFolder(temporary)) {
            Process reader = killWhileSomebodyReads(served);
            assertThat(reader.waitFor()).isNotZero();
            try (Mount mount = mountAt(served.folder(), served.marks())) {
                assertThat(mount.folder()).isEmptyDirectory();
            }
        }
    }

    @Test
    void aKilledMountWithoutAMarkIsFoundByTouchingIt() throws Exception {
        try (var served = new ServedFolder(temporary)) {
            killWhileSomebodyReads(served);
            try (var marks = Files.list(served.marks())) {
                for (Path mark : marks.toList()) {
                    Files.delete(mark);
                }
            }
            assertThat(StaleMounts.clear(served.folder(), served.marks())).isTrue();
            assertThat(served.folder()).isEmptyDirectory();
        }
    }

    private static Process killWhileSomebodyReads(ServedFolder served) throws Exception {
        Process reader = served.start("cat", "mnt/stuck");
        assertThat(served.awaitLine()).isEqualTo("reading");
        served.kill();
        return reader;
    }

    /**
     * The kernel holds the folder's lock while it waits for the answer to the removal, and waits for that
     * lock while it is told of an entry: the killed process would stay for ever, and who calls it too.
     */
    @Test
    void aKilledProcessThatTheKernelHoldsUpIsFreedWithItsCallers() throws Exception {
        try (var served = new ServedFolder(temporary)) {
            assumeTrue(served.library().contains("own"), "built without a C compiler");
            Process remover = served.start("rm", "mnt/stuck");
            assertThat(served.awaitLine()).isEqualTo("removing");
            served.command("write /new text");
            awaitHeldUpThread(served.process().pid());
            served.process().destroyForcibly();

            assertThat(StaleMounts.clear(served.folder(), served.marks())).isTrue();
            assertThat(remover.waitFor()).isNotZero();
            served.process().waitFor();
            assertThat(served.folder()).isEmptyDirectory();
        }
    }

    private static void awaitHeldUpThread(long pid) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!hasHeldUpThread(pid)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static boolean hasHeldUpThread(long pid) throws Exception {
        try (var threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                if (Files.readString(thread.resolve("stat")).contains("(aloft-changes) D")) {
                    return true;
                }
            }
            return false;
        }
    }

    @Test
    void aMountThatAnswersStays() throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("mnt"));
        Path marks = temporary.resolve("marks");
        try (Mount mount = mountAt(folder, marks)) {
            assertThat(StaleMounts.clear(folder, marks)).isFalse();
            Files.createFile(mount.folder().resolve("a"));
        }
        assertThat(marks).isEmptyDirectory();
    }

    @Test
    void aFolderWithoutAMountStays() throws Exception {
        assertThat(StaleMounts.clear(temporary, temporary)).isFalse();
        assertThat(StaleMounts.clear(temporary.resolve("none"), temporary)).isFalse();
    }

    private static Mount mountAt(Path folder, Path marks) throws Exception {
        return Mount.start(new MemoryDrive(InstantSource.system()), folder,
                new MountOptions("memory", false, marks, false));
    }
}
