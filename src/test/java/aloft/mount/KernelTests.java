package aloft.mount;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import aloft.tree.FsException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What only the kernel shows of a mount, whatever library it runs on. */
abstract class KernelTests {

    @TempDir
    static Path temporary;

    private static @Nullable ServedFolder shared;

    Path folder;

    /** @param more as for {@link MemoryMount} */
    static void serve(String... more) throws Exception {
        shared = new ServedFolder(temporary, more);
    }

    static ServedFolder served() {
        return Objects.requireNonNull(shared);
    }

    @AfterAll
    static void unmount() throws Exception {
        served().close();
    }

    @BeforeEach
    void makeFolder(TestInfo test) throws Exception {
        folder = Files.createTempDirectory(served().folder(), "t");
    }

    /** Lines of sh, run in this test's folder. */
    String sh(String lines) throws Exception {
        return served().sh("cd mnt/" + folder.getFileName() + "\n" + lines);
    }

    @Test
    void namesAreBytes() throws Exception {
        assertThat(sh("touch \"$(printf 'a\\377\\376 \\n\\\\b')\"; ls -b | cat; ls | wc -l"))
                .isEqualTo("a\\377\\376\\ \\n\\\\b\n2");
        String longest = "\u00e4".repeat(127) + "x";
        Files.createFile(folder.resolve(longest));
        try (var names = Files.list(folder)) {
            assertThat(names.map(name -> name.getFileName().toString())).contains(longest);
        }
        assertThatThrownBy(() -> Files.createFile(folder.resolve(longest + "y")))
                .hasMessageContaining("File name too long");
    }

    @Test
    void pathsMayBeAsLongAsTheSystemAllows() throws Exception {
        Path deep = folder;
        while (deep.toString().length() < 4095 - 1 - 255) {
            deep = Files.createDirectory(deep.resolve("d".repeat(255)));
        }
        Path file = deep.resolve("f".repeat(4095 - 1 - deep.toString().length()));
        Files.writeString(file, "deep");
        assertThat(file).hasContent("deep");
        assertThat(file.toString()).hasSize(4095);
    }

    @Test
    void aRemovedFileGoesOnForWhoHasItOpen() throws Exception {
        Path file = folder.resolve("a");
        try (FileChannel open = FileChannel.open(file, CREATE_NEW, READ, WRITE)) {
            write(open, 0, "before");
            Files.delete(file);
            assertThat(folder).isEmptyDirectory();
            write(open, 6, " after");
            assertThat(read(open)).isEqualTo("before after");
            open.force(true);
            assertThat(Files.createFile(file)).isEmptyFile();
        }
    }

    @Test
    void aReplacedFileGoesOnForWhoHasItOpen() throws Exception {
        Path old = Files.writeString(folder.resolve("a"), "old");
        Path other = Files.writeString(folder.resolve("b"), "new");
        try (FileChannel open = FileChannel.open(old, READ, WRITE)) {
            Files.move(other, old, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            assertThat(read(open)).isEqualTo("old");
            write(open, 0, "OLD");
            assertThat(read(open)).isEqualTo("OLD");
        }
        assertThat(old).hasContent("new");
        assertThat(sh("ls -A")).isEqualTo("a");
    }

    @Test
    void aFileStaysOpenWhenItsFolderIsRenamed() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("d"));
        try (FileChannel open = FileChannel.open(inner.resolve("a"), CREATE_NEW, READ, WRITE)) {
            Files.move(inner, folder.resolve("e"));
            write(open, 0, "text");
            open.truncate(2);
        }
        assertThat(folder.resolve("e/a")).hasContent("te");
    }

    @Test
    void aHugeFolderIsListedWholeAndOnce() throws Exception {
        var names = new HashSet<Path>();
        int count = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(served().folder().resolve("many"))) {
            for (Path entry : entries) {
                names.add(entry.getFileName());
                count++;
            }
        }
        assertThat(count).isEqualTo(MemoryMount.MANY);
        assertThat(names).hasSize(MemoryMount.MANY);
    }

    @Test
    void aFolderMayBeEmptiedWhileItIsListed() throws Exception {
        assertThat(sh("seq -f f%g 2000 | xargs touch; ls | wc -l; rm -r ../${PWD##*/}/*; ls -A | wc -l"))
                .isEqualTo("2000\n0");
    }

    @Test
    void mappedPagesAreWritten() throws Exception {
        Path file = Files.write(folder.resolve("a"), new byte[10_000]);
        try (FileChannel open = FileChannel.open(file, READ, WRITE)) {
            var map = open.map(FileChannel.MapMode.READ_WRITE, 0, 10_000);
            map.put(5_000, "mapped".getBytes(StandardCharsets.UTF_8));
            map.force();
        }
        assertThat(sh("dd if=a bs=1 skip=5000 count=6 iflag=direct 2>/dev/null")).isEqualTo("mapped");
    }

    @Test
    void appendersDoNotOverwriteEachOther() throws Exception {
        Path file = Files.createFile(folder.resolve("a"));
        try (FileChannel one = FileChannel.open(file, APPEND);
                FileChannel two = FileChannel.open(file, APPEND)) {
            for (int i = 0; i < 3; i++) {
                one.write(bytes("1"));
                two.write(bytes("2"));
            }
        }
        assertThat(file).hasContent("121212");
    }

    @Test
    void openFlagsCount() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "text");
        assertThatThrownBy(() -> FileChannel.open(file, CREATE_NEW, WRITE))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(sh("set -C; : > a")).contains("File exists");
        assertThat(sh(": > a; wc -c < a; head -c 100000 /dev/zero > b; wc -c < b")).isEqualTo("0\n100000");
    }

    @Test
    void extendedAttributes() throws Exception {
        Path file = Files.createFile(folder.resolve("a"));
        var view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        view.write("mine", bytes("value"));
        assertThat(view.list()).containsExactly("mine");
        assertThat(view.size("mine")).isEqualTo(5);
        ByteBuffer value = ByteBuffer.allocate(5);
        view.read("mine", value);
        assertThat(value.flip()).isEqualTo(bytes("value"));
        view.delete("mine");
        assertThatThrownBy(() -> view.size("mine")).isInstanceOf(FileSystemException.class);
    }

    @Test
    void timesAreKeptToTheNanosecond() throws Exception {
        Path file = Files.createFile(folder.resolve("a"));
        for (String time : List.of("2023-11-14 22:13:20.123456789", "1950-01-01 00:00:00.900000001",
                "2200-01-01 00:00:00.000000001")) {
            assertThat(sh("TZ=UTC touch -m -d '" + time + "' a; TZ=UTC stat -c %y a")).startsWith(time);
        }
        FileTime kept = Files.getLastModifiedTime(file);
        sh("touch -a a");
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(kept);
        sh("touch a");
        assertThat(Files.getLastModifiedTime(file).toInstant()).isBefore(kept.toInstant())
                .isAfter(Instant.EPOCH);
    }

    @Test
    void spaceIsAllocatedAndGivenBack() throws Exception {
        assertThat(sh("fallocate -l 9000 a && fallocate -n -o 8000 -l 9000 a && stat -c %s a"))
                .isEqualTo("9000");
        assertThat(sh("printf abcdef > b; fallocate -p -o 1 -l 3 b; od -An -c b"))
                .isEqualTo("a  \\0  \\0  \\0   e   f");
    }

    @Test
    void whatADriveDoesNotHaveIsRefused() throws Exception {
        Files.createFile(folder.resolve("a"));
        assertThat(sh("ln a b")).contains("Operation not permitted");
        assertThat(sh("mkfifo p")).contains("Operation not permitted");
        assertThat(sh("chown 12345 a")).contains("Operation not permitted");
        assertThat(sh("chown $(id -u):$(id -g) a; setfattr -n trusted.x a 2>&1; ls")).contains("a");
    }

    @Test
    void locksAreKeptByTheKernel() throws Exception {
        assertThat(sh("touch a; flock -n a flock -n a echo both; flock -n a echo one")).isEqualTo("one");
    }

    @Test
    void unknownSpaceIsZero() throws Exception {
        assertThat(Files.getFileStore(folder).getTotalSpace()).isZero();
        assertThat(Files.getFileStore(folder).type()).isEqualTo("fuse.aloft");
    }

    @Test
    void everyReasonHasItsErrno() throws Exception {
        // INTERRUPTED left out: who is told EINTR without a signal may well try again for ever
        var texts = Map.ofEntries(
                Map.entry(Reason.NOT_FOUND, "No such file or directory"),
                Map.entry(Reason.EXISTS, "File exists"),
                Map.entry(Reason.NOT_A_FOLDER, "Not a directory"),
                Map.entry(Reason.IS_A_FOLDER, "Is a directory"),
                Map.entry(Reason.NOT_EMPTY, "Directory not empty"),
                Map.entry(Reason.INVALID, "Invalid argument"),
                Map.entry(Reason.STALE, "Stale file handle"),
                Map.entry(Reason.NAME_TOO_LONG, "File name too long"),
                Map.entry(Reason.NOT_PERMITTED, "Operation not permitted"),
                Map.entry(Reason.ACCESS_DENIED, "Permission denied"),
                Map.entry(Reason.READ_ONLY, "Read-only file system"),
                Map.entry(Reason.NO_SPACE, "No space left on device"),
                Map.entry(Reason.TOO_LARGE, "File too large"),
                Map.entry(Reason.IO, "Input/output error"),
                Map.entry(Reason.NO_XATTR, "No data available"),
                Map.entry(Reason.XATTR_TOO_LARGE, "Argument list too long"),
                Map.entry(Reason.NOT_SUPPORTED, "Operation not supported"),
                Map.entry(Reason.BAD_HANDLE, "Bad file descriptor"),
                Map.entry(Reason.BUSY, "Device or resource busy"),
                Map.entry(Reason.TIMED_OUT, "Connection timed out"));
        for (var text : texts.entrySet()) {
            assertThat(sh("stat ../fails-" + text.getKey())).endsWith(": " + text.getValue());
        }
    }

    @Test
    void aBugInTheDriveIsAnInputOutputError() throws Exception {
        assertThat(sh("stat ../throws")).endsWith(": Input/output error");
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static void write(FileChannel to, long at, String text) throws IOException {
        to.write(bytes(text), at);
    }

    static String read(FileChannel from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        from.read(buffer, 0);
        return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
    }
}
