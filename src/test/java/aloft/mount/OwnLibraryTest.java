package aloft.mount;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A mount on the library of native/fuse, where the build had a compiler for it. */
class OwnLibraryTest extends KernelTests {

    @BeforeAll
    static void mount() throws Exception {
        serve();
        assumeTrue(served().library().contains("own"), "built without a C compiler");
    }

    @Test
    void aRemovedFileHasAttributesForWhoHasItOpen() throws Exception {
        Path file = folder.resolve("a");
        try (FileChannel open = FileChannel.open(file, CREATE_NEW, READ, WRITE)) {
            write(open, 0, "before");
            Files.delete(file);
            assertThat(open.size()).isEqualTo(6);
            open.truncate(3);
            assertThat(read(open)).isEqualTo("bef");
        }
        assertThat(sh("exec 3>a; rm a; stat -L -c %h /dev/fd/3")).isEqualTo("0");
    }

    @Test
    void namesAreExchangedAndKept() throws Exception {
        Files.writeString(folder.resolve("a"), "1");
        Files.writeString(folder.resolve("b"), "2");
        assertThat(sh("mv --no-clobber a b; cat a b")).isEqualTo("12");
        sh("perl -e 'syscall(316, -100, q(a), -100, q(b), 2) == 0 or die'"); // renameat2, RENAME_EXCHANGE
        assertThat(sh("cat a b")).isIn("21", "12");
    }

    @Test
    void whoIsNotPrivilegedWritesPrivilegesAway() throws Exception {
        sh("touch a; chmod 4755 a; setpriv --bounding-set -fsetid --inh-caps -fsetid sh -c 'echo x > a'");
        assertThat(sh("stat -c %a a")).isIn("755", "4755");
    }

    @Test
    void otherContentOfAnotherDeviceIsSeen() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "old");
        assertThat(file).hasContent("old");
        served().command("write " + inDrive(file) + " newer content");
        await(() -> Files.readString(file).equals("newer content"));
        assertThat(Files.size(file)).isEqualTo(13);
    }

    @Test
    void entriesThatAnotherDeviceMakesAndRemovesAreSeen() throws Exception {
        Path file = folder.resolve("a");
        assertThat(file).doesNotExist();
        assertThat(sh("ls")).isEmpty();
        served().command("write " + inDrive(file) + " text");
        await(() -> Files.exists(file));
        assertThat(sh("ls; cat a")).isEqualTo("a\ntext");
        served().command("rename " + inDrive(file) + " " + inDrive(folder.resolve("b")));
        await(() -> !Files.exists(file));
        await(() -> Files.exists(folder.resolve("b")));
        served().command("remove " + inDrive(folder.resolve("b")));
        await(() -> !Files.exists(folder.resolve("b")));
        assertThat(sh("ls; echo x > b; cat b")).isEqualTo("x");
    }

    @Test
    void whoHasAFileOpenKeepsItWhenAnotherDeviceReplacesIt() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "old");
        Path other = Files.writeString(folder.resolve("b"), "new");
        try (FileChannel open = FileChannel.open(file, READ)) {
            served().command("rename " + inDrive(other) + " " + inDrive(file));
            await(() -> Files.readString(file).equals("new"));
            assertThat(read(open)).isEqualTo("old");
            assertThat(open.size()).isEqualTo(3);
        }
    }

    @Test
    void whoOpensAFileThatIsALinkByNowIsLedOn() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "old");
        Path there = Files.writeString(folder.resolve("b"), "there");
        Files.createSymbolicLink(folder.resolve("link"), Path.of("b"));
        assertThat(file).isRegularFile();
        served().command("untold " + inDrive(folder.resolve("link")) + " " + inDrive(file));
        await(() -> Files.readString(file).equals("there"));
        assertThat(there).hasContent("there");
    }

    private static String inDrive(Path file) {
        return "/" + served().folder().relativize(file);
    }

    /** The kernel is told soon, not at once. */
    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
