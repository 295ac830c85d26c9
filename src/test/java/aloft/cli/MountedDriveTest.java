package aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import aloft.cli.control.Fields;
import aloft.cli.home.Folders;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.RawText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on real drives: a process for each, mounted by the kernel. */
class MountedDriveTest {

    private static final String SECRET = "quite a secret";

    @TempDir
    private Path temp;
    private Path home = Path.of("/");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>(System.getenv());

    @BeforeEach
    void makeHome() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "this system has no FUSE");
        home = temp.toRealPath();
        environment.keySet().removeIf(name -> name.startsWith("XDG_") || name.startsWith("DBUS_"));
        environment.put("HOME", home.toString());
        environment.put("XDG_RUNTIME_DIR", Files.createDirectories(home.resolve("run")).toString());
        Files.writeString(home.resolve("secret"), SECRET + "\n");
        Files.writeString(home.resolve("wrong"), "another\n");
    }

    @AfterEach
    void unmountAll() throws Exception {
        for (MountedDrive drive : MountedDrive.all(folders())) {
            aloft("unmount", "--now", drive.name());
            new ProcessBuilder("umount", "-l", drive.folder().toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    private Folders folders() throws IOException {
        return Folders.of(environment);
    }

    /** @return the exit code */
    private int aloft(String... arguments) throws IOException {
        out.reset();
        err.reset();
        int code = Aloft.run(new App(folders(), new Terminal(out, err, false, false), environment),
                arguments);
        assertThat(err()).doesNotContain("\tat ").doesNotContain("Exception");
        return code;
    }

    private String out() {
        return RawText.decode(out.toByteArray());
    }

    private String err() {
        return RawText.decode(err.toByteArray());
    }

    private void done(String... arguments) throws IOException {
        assertThat(aloft(arguments)).as(err()).isZero();
    }

    @Test
    void givesADriveFromOneCommand() throws Exception {
        done("mount");
        assertThat(out()).contains("Made a passphrase and kept it in")
                .contains("recovery key")
                .contains("Mounted at ~/Aloft.");
        Path drive = home.resolve("Aloft");
        Files.writeString(drive.resolve("a.txt"), "hello");
        Files.createDirectories(drive.resolve("folder/café"));
        Files.writeString(drive.resolve("folder/café/b"), "b".repeat(100_000));

        assertThat(aloft("mount")).isEqualTo(1);
        assertThat(err()).contains("already mounted");
        done("wait");
        done("status", "--json");
        assertThat(Fields.read(out()).number("pending")).isZero();
        done("ls", drive.toString());
        assertThat(out()).contains("a.txt").contains("folder");
        done("pin", drive + "/folder");
        assertThat(aloft("free", drive + "/folder")).isEqualTo(6);
        done("unpin", drive + "/folder");
        done("free", drive + "/folder");
        done("status", drive + "/folder/café/b");
        assertThat(out()).startsWith("online-only");
        assertThat(Files.readString(drive.resolve("folder/café/b"))).isEqualTo("b".repeat(100_000));

        done("remount");
        assertThat(Files.readString(drive.resolve("a.txt"))).isEqualTo("hello");
        done("unmount", drive.toString());
        assertThat(drive).isEmptyDirectory();
        assertThat(MountedDrive.all(folders())).isEmpty();
    }

    @Test
    void comesBackFromTheCloudAlone() throws Exception {
        Path vault = Files.createDirectories(home.resolve("the vault"));
        done("create", vault.toString(), "--passphrase-file", home + "/secret");
        done("mount", "the-vault", "--passphrase-file", home + "/secret");
        Path drive = home.resolve("Aloft");
        byte[] bytes = new byte[300_000];
        bytes[299_999] = 7;
        Files.write(drive.resolve("x"), bytes);
        done("unmount");
        delete(folders().state());
        delete(folders().cache());
        done("mount", "the-vault", "--passphrase-file", home + "/secret");
        assertThat(drive.resolve("x")).hasBinaryContent(bytes);
        done("unmount");

        Files.writeString(home.resolve("next"), "the next secret");
        done("passwd", "the-vault", "--passphrase-file", home + "/secret", "--new-passphrase-file",
                home + "/next");
        assertThat(aloft("mount", "the-vault", "--passphrase-file", home + "/secret")).isEqualTo(12);
        done("recovery-key", "the-vault", "--replace", "--passphrase-file", home + "/next");
        Files.writeString(home.resolve("key"), out().strip().lines().findFirst().orElseThrow().strip());
        done("mount", "the-vault", "--passphrase-file", home + "/key");
        assertThat(drive.resolve("x")).hasBinaryContent(bytes);
        done("unmount");
        assertThat(readAll(home.resolve(".config"))).doesNotContain(SECRET).doesNotContain("the next secret");
    }

    @Test
    void saysWhatIsWrongInOneSentence() throws Exception {
        Path vault = Files.createDirectories(home.resolve("vault"));
        done("create", vault.toString(), "--passphrase-file", home + "/secret");
        fails(12, "Wrong passphrase: try again", "mount", "vault", "--passphrase-file", home + "/wrong");
        Path empty = Files.createDirectories(home.resolve("no vault"));
        fails(6, "no Aloft vault", "mount", empty.toString(), "--passphrase-file", home + "/secret");
        fails(5, "cannot be reached", "mount", "http://127.0.0.1:1/x", "--passphrase-file", home + "/secret");
        fails(6, "already", "create", vault.toString(), "--passphrase-file", home + "/secret");
        fails(4, "no-such-file", "mount", "vault", "--passphrase-file", home + "/no-such-file");
        fails(2, "passphrase of 'vault' is needed", "mount", "vault");
        Files.writeString(vault.resolve("vault.json"), "{\"aloft\":1,\"bo");
        Files.delete(vault.resolve("vault.json.bak-1"));
        fails(26, "vault.json", "mount", "vault", "--passphrase-file", home + "/secret");
    }

    @Test
    void takesOverFromAProcessThatWasKilled() throws Exception {
        done("mount", "--passphrase-file", home + "/secret");
        Path drive = home.resolve("Aloft");
        Files.writeString(drive.resolve("x"), "kept");
        long pid = MountedDrive.all(folders()).getFirst().pid();
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(20, TimeUnit.SECONDS);

        assertThat(aloft("status")).isEqualTo(3);
        assertThat(err()).contains("aloft mount");
        done();
        assertThat(out()).contains("process is gone");
        done("mount", "--passphrase-file", home + "/secret");
        assertThat(Files.readString(drive.resolve("x"))).isEqualTo("kept");
        pid = MountedDrive.all(folders()).getFirst().pid();
        process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(20, TimeUnit.SECONDS);
        done("unmount");
        assertThat(drive).isEmptyDirectory();
    }

    @Test
    void takesOverAtOnceWhileTheKernelRemembersTheFolder() throws Exception {
        done("mount", "--passphrase-file", home + "/secret");
        Path drive = home.resolve("Aloft");
        Files.writeString(drive.resolve("x"), "kept");
        ProcessHandle process = ProcessHandle.of(MountedDrive.all(folders()).getFirst().pid()).orElseThrow();
        assertThat(drive).isDirectory();
        process.destroyForcibly();
        process.onExit().get(20, TimeUnit.SECONDS);
        done("mount", "--passphrase-file", home + "/secret");
        assertThat(drive.resolve("x")).hasContent("kept");
    }

    @Test
    void takesWhatEditorsDoToSave() throws Exception {
        done("mount");
        Path folder = Files.createDirectories(home.resolve("Aloft/texts"));
        Path text = folder.resolve("text");
        Path backup = folder.resolve("text~");
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-r-x---");
        synced(text, "0");
        Files.setPosixFilePermissions(text, mode);

        // vim: tries whether it may, keeps the old one until the new one is safe
        Path swap = Files.createFile(folder.resolve(".text.swp"));
        Files.delete(Files.createFile(folder.resolve("4913")));
        Files.move(text, backup);
        synced(text, "vim");
        Files.setPosixFilePermissions(text, mode);
        Files.delete(backup);
        Files.delete(swap);
        assertThat(Files.readString(text)).isEqualTo("vim");

        // emacs: a link to nowhere is its lock, the first backup stays
        Path lock = Files.createSymbolicLink(folder.resolve(".#text"), Path.of("me@host.4711:1700000000"));
        Files.move(text, backup);
        synced(text, "emacs");
        Files.setPosixFilePermissions(text, mode);
        Files.delete(lock);
        assertThat(Files.readString(backup)).isEqualTo("vim");

        // gedit: a new file over the old one, whose reader goes on; a hard link as backup cannot be made
        try (FileChannel reader = FileChannel.open(text)) {
            Path next = folder.resolve(".goutputstream-4A7B11");
            synced(next, "gedit");
            Files.setPosixFilePermissions(next, mode);
            assertThatThrownBy(() -> Files.createLink(folder.resolve("text.bak"), text))
                    .hasMessageContaining("not permitted");
            Files.move(next, text, StandardCopyOption.ATOMIC_MOVE);
            var old = ByteBuffer.allocate(10);
            reader.read(old);
            assertThat(new String(old.array(), 0, old.position(), StandardCharsets.UTF_8)).isEqualTo("emacs");
        }

        // LibreOffice: a lock file, a whole new file beside it, and then its bytes into the old one
        Path office = Files.createFile(folder.resolve(".~lock.text#"));
        Path whole = folder.resolve("lu4711.tmp");
        synced(whole, "office");
        synced(text, Files.readString(whole));
        Files.delete(whole);
        Files.delete(office);

        done("remount");
        assertThat(Files.readString(text)).isEqualTo("office");
        assertThat(Files.getPosixFilePermissions(text)).isEqualTo(mode);
        try (var entries = Files.list(folder)) {
            assertThat(entries).containsExactlyInAnyOrder(text, backup);
        }
    }

    private static void synced(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
    }

    @Test
    void endsCleanlyWhenItIsToldTo() throws Exception {
        done("mount", "--passphrase-file", home + "/secret");
        Path drive = home.resolve("Aloft");
        Files.writeString(drive.resolve("x"), "kept");
        ProcessHandle process = ProcessHandle.of(MountedDrive.all(folders()).getFirst().pid()).orElseThrow();
        process.destroy();
        process.onExit().get(60, TimeUnit.SECONDS);
        assertThat(drive).isEmptyDirectory();
        assertThat(MountedDrive.all(folders())).isEmpty();
        assertThat(readAll(folders().state().resolve("home/log"))).contains("unmounted");
        assertThat(readAll(folders().state())).doesNotContain(SECRET);
    }

    @Test
    void itsProcessShowsNoSecretAndLeavesNoCore() throws Exception {
        done("mount", "--passphrase-file", home + "/secret");
        String recoveryKey = out().lines()
                .map(String::strip)
                .filter(line -> line.matches("([0-9A-Z]{4,}-)+[0-9A-Z]+"))
                .findFirst()
                .orElseThrow();
        Files.writeString(home.resolve("Aloft/x"), "kept");
        done("status");
        String status = out();
        Path process = Path.of("/proc/" + MountedDrive.all(folders()).getFirst().pid());
        String shown = status + Files.readString(process.resolve("cmdline"))
                + Files.readString(process.resolve("environ")) + readAll(folders().state());
        assertThat(shown).contains("java").doesNotContain(SECRET, recoveryKey);
        assertThat(Files.readString(process.resolve("limits"))).containsPattern(
                "Max core file size +0 +0 ");
    }

    private void fails(int code, String sentence, String... arguments) throws IOException {
        assertThat(aloft(arguments)).as(err()).isEqualTo(code);
        assertThat(err()).startsWith("aloft: ").contains(sentence).hasLineCount(1);
    }

    private static String readAll(Path folder) throws IOException {
        var all = new StringBuilder();
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException e)
                    throws IOException {
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
