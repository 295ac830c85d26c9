package aloft.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts whose process was killed, on the kernel. */
class StaleMountsTest {

    private final List<Process> processes = new ArrayList<>();

    @TempDir
    Path temporary;

    private Path folder;
    private Path marks;

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Files.createDirectory(temporary.resolve("mnt"));
        marks = temporary.resolve("marks");
    }

    @AfterEach
    void endProcesses() throws Exception {
        processes.forEach(Process::destroyForcibly);
        for (Process process : processes) {
            process.waitFor();
        }
        StaleMounts.clear(folder, marks);
    }

    @Test
    void aKilledMountIsReplacedAndItsCallersGetAnError() throws Exception {
        Process reader = killWhileSomebodyReads();
        assertThat(reader.waitFor()).isNotZero();
        try (Mount mount = mountAgain()) {
            assertThat(mount.folder()).isEmptyDirectory();
        }
    }

    @Test
    void aKilledMountWithoutAMarkIsFoundByTouchingIt() throws Exception {
        killWhileSomebodyReads();
        try (var files = Files.list(marks)) {
            for (Path mark : files.toList()) {
                Files.delete(mark);
            }
        }
        assertThat(StaleMounts.clear(folder, marks)).isTrue();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aMountThatAnswersStays() throws Exception {
        try (Mount mount = mountAgain()) {
            assertThat(StaleMounts.clear(folder, marks)).isFalse();
            Files.createFile(mount.folder().resolve("a"));
        }
        assertThat(marks).isEmptyDirectory();
    }

    @Test
    void aFolderWithoutAMountStays() throws Exception {
        assertThat(StaleMounts.clear(folder, marks)).isFalse();
        assertThat(StaleMounts.clear(folder.resolve("none"), marks)).isFalse();
    }

    private Mount mountAgain() throws Exception {
        var drive = new MemoryDrive(InstantSource.system());
        return Mount.start(drive, folder, new MountOptions("memory", false, marks));
    }

    private Process killWhileSomebodyReads() throws Exception {
        Process mount = start(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx64m",
                "-cp", System.getProperty("java.class.path"), StuckMount.class.getName(),
                folder.toString(), marks.toString());
        try (BufferedReader said = mount.inputReader()) {
            assertThat(said.readLine()).isEqualTo("ready");
            Process reader = start("cat", folder.resolve("a").toString());
            assertThat(said.readLine()).isEqualTo("reading");
            mount.destroyForcibly().waitFor();
            return reader;
        }
    }

    private Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        processes.add(process);
        return process;
    }
}
