package aloft.mount;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.mount.MountException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a mount, on the kernel. */
class MountTest {

    private final MemoryDrive drive = new MemoryDrive(InstantSource.system());

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Files.createDirectory(temporary.resolve("mnt"));
    }

    private Mount mount() throws Exception {
        return Mount.start(drive, folder, options());
    }

    @Test
    void theDriveAnswersAsSoonAsStartReturns() throws Exception {
        try (Mount mount = mount()) {
            Files.writeString(folder.resolve("a"), "hello");
            assertThat(folder.resolve("a")).hasContent("hello");
            assertThat(mount.library()).isNotEmpty();
        }
        assertThat(folder).isEmptyDirectory();
        assertThat(drive.stat("/a").size()).isEqualTo(5);
    }

    @Test
    void unmountEndsTheMountUnlessItIsInUse() throws Exception {
        try (Mount mount = mount()) {
            try (var file = Files.newOutputStream(folder.resolve("a"))) {
                assertRefused(() -> mount.unmount(false), Reason.BUSY);
                file.write(1);
            }
            mount.unmount(false);
            mount.awaitEnd();
            mount.unmount(false);
        }
    }

    @Test
    void unmountEndsItAlsoWhereASandboxHasIt() throws Exception {
        try (Mount mount = mount()) {
            boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
            List<String> sandbox = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private"));
            sandbox.addAll(root ? List.of() : List.of("--user", "--map-root-user"));
            sandbox.addAll(List.of("sh", "-c", "echo ready; exec sleep 300"));
            Process process = new ProcessBuilder(sandbox).redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                assertThat(process.getInputStream().readNBytes(5)).asString().isEqualTo("ready");
                mount.unmount(false);
                assertThat(folder).isEmptyDirectory();
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aLazyUnmountLetsOpenFilesGoOn() throws Exception {
        try (Mount mount = mount()) {
            try (var file = Files.newOutputStream(folder.resolve("a"))) {
                mount.unmount(true);
                assertThat(folder).isEmptyDirectory();
                file.write(1);
            }
            mount.awaitEnd();
        }
        assertThat(drive.stat("/a").size()).isEqualTo(1);
    }

    @Test
    void closeEndsItWhateverIsOpen() throws Exception {
        Mount mount = mount();
        try (var file = Files.newByteChannel(folder.resolve("a"), CREATE_NEW, WRITE)) {
            mount.close();
            assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("not connected");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void saysWhyItCannotMount() throws Exception {
        assertRefused(() -> Mount.start(drive, folder.resolve("none"), options()), Reason.NO_FOLDER);
        try (Mount mount = mount()) {
            assertRefused(this::mount, Reason.ALREADY_MOUNTED);
            assertThat(mount.folder()).isEqualTo(folder);
        }
        Files.createFile(folder.resolve("a"));
        assertRefused(this::mount, Reason.NOT_EMPTY);
    }

    private MountOptions options() {
        return new MountOptions("memory", false, temporary.resolve("marks"), false);
    }

    private static void assertRefused(ThrowingCallable call, Reason reason) {
        assertThatThrownBy(call).isInstanceOfSatisfying(MountException.class,
                e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
