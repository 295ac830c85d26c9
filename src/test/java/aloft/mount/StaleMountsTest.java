package aloft.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
                new MountOptions("memory", false, marks));
    }
}
