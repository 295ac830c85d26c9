package aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.cli.control.ControlServer;
import aloft.cli.control.FakeKeeping;
import aloft.cli.control.Fields;
import aloft.cli.control.KeepingHandler;
import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.KnownDrives;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.Place;
import aloft.cli.home.PrivateFiles;
import aloft.cli.home.RawText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a drive that is a fake behind a real socket. */
class CommandsTest {

    @TempDir
    private Path temp;
    private Path home = Path.of("/");
    private final FakeKeeping keeping = new FakeKeeping();
    private final List<Boolean> unmounts = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Folders folders = new Folders(home, home, home, home, home, home);
    private Map<String, String> environment = Map.of();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void makeHome() throws IOException {
        home = temp.toRealPath();
        Files.createDirectories(home.resolve("run"));
        environment = Map.of("HOME", home.toString(), "XDG_RUNTIME_DIR", home.resolve("run").toString());
        folders = Folders.of(environment);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private MountedDrive mount(String name) throws Exception {
        Path folder = Files.createDirectories(home.resolve(name));
        var known = new KnownDrive(name, new Place.Embedded(), folder, KnownDrive.Options.DEFAULT);
        new KnownDrives(folders).put(known);
        PrivateFiles.makeFolder(folders.runtime());
        MountedDrive drive = MountedDrive.announce(folders, known);
        opened.add(ControlServer.open(drive.socket(),
                new KeepingHandler(keeping, (now, progress) -> unmounts.add(now))));
        return drive;
    }

    /** @return the exit code */
    private int aloft(String... arguments) {
        out.reset();
        err.reset();
        return Aloft.run(new App(folders, new Terminal(out, err, false, false), environment), arguments);
    }

    private String out() {
        return RawText.decode(out.toByteArray());
    }

    private String err() {
        return RawText.decode(err.toByteArray());
    }

    @Test
    void saysWhatToDoWhenNothingIsMounted() {
        assertThat(aloft()).isZero();
        assertThat(out()).contains("No drive is mounted yet.").contains("aloft mount");
        assertThat(aloft("status")).isEqualTo(3);
        assertThat(err()).contains("aloft mount").hasLineCount(1);
        assertThat(aloft("unmount")).isEqualTo(3);
        assertThat(aloft("wait")).isZero();
        assertThat(aloft("ls", home.toString())).isEqualTo(3);
        assertThat(err()).contains("not in a drive");
    }

    @Test
    void showsWhatIsMountedInOneScreen() throws Exception {
        mount("one");
        keeping.setPending(2);
        new KnownDrives(folders)
                .put(new KnownDrive("two", Place.parse("https://me@host/x"), home.resolve("Two"),
                        KnownDrive.Options.DEFAULT));
        assertThat(aloft()).isZero();
        assertThat(out()).contains("one  ~/one  2 changes (2.0 kB) waiting to go up")
                .contains("two  ~/Two  not mounted; mount it with: aloft mount two");
    }

    @Test
    void showsADrive() throws Exception {
        mount("one");
        assertThat(aloft("status")).isZero();
        assertThat(out()).contains("everything is in the cloud")
                .contains("500 GB free of 2.0 TB")
                .contains("5.0 MB up and 7.0 MB down")
                .contains("42");
        assertThat(aloft("status", "--json")).isZero();
        Fields json = Fields.read(out());
        assertThat(json.text("name")).isEqualTo("one");
        assertThat(json.number("head")).isEqualTo(42);
        assertThat(json.object("space").number("free")).isEqualTo(500_000_000_000L);
    }

    @Test
    void listsLikeLsWithStates() throws Exception {
        Path folder = mount("one").folder();
        Files.createDirectories(folder.resolve("docs"));
        assertThat(aloft("ls", folder + "/docs")).isZero();
        assertThat(out().lines()).hasSize(3)
                .anyMatch(line -> line.matches("-rw-r--r-- +1\\.2 MB  \\S+ \\S+  online-only  café\\.txt"))
                .anyMatch(line -> line.matches("-rw-r--r-- +12 B  \\S+ \\S+  pinned       raw\udcff"))
                .anyMatch(line -> line.matches("lrwxrwxrwx .* -> raw\udcff"));
        assertThat(out.toByteArray()).contains(0xFF);

        assertThat(aloft("ls", "--json", folder + "/docs")).isZero();
        Fields raw = out().lines()
                .map(Fields::read)
                .filter(entry -> entry.has("pathBytes"))
                .findFirst()
                .orElseThrow();
        assertThat(raw.text("path")).isEqualTo("/docs/raw\ufffd");
        assertThat(raw.text("state")).isEqualTo("pinned");
    }

    @Test
    void pinsFreesAndShowsPaths() throws Exception {
        Path folder = mount("one").folder();
        Files.createDirectories(folder.resolve("docs"));
        assertThat(aloft("pin", folder + "/docs", folder + "/docs/raw\udcff")).isZero();
        assertThat(keeping.pinned).containsExactly("/docs", "/docs/raw\u00ff");
        assertThat(aloft("free", folder + "/docs")).isEqualTo(6);
        assertThat(err()).isEqualTo("aloft: /docs is pinned; unpin it first.\n");
        assertThat(aloft("unpin", folder + "/docs")).isZero();
        assertThat(keeping.pinned).containsExactly("/docs/raw\u00ff");
        assertThat(aloft("free", folder + "/docs/café.txt")).isZero();
        assertThat(out()).isEqualTo("Freed 1.2 MB.\n");
        assertThat(aloft("status", folder + "/docs/café.txt")).isZero();
        assertThat(out()).startsWith("online-only  ");
        assertThat(aloft("pin", "--no-wait", folder + "/none")).isEqualTo(4);
        assertThat(err()).contains("There is no /none");
        assertThat(aloft("wait", folder + "/docs")).isZero();
    }

    @Test
    void unmountsByNameOrFolder() throws Exception {
        MountedDrive one = mount("one");
        mount("two");
        assertThat(aloft("unmount")).isEqualTo(2);
        assertThat(err()).contains("one, two");
        assertThat(aloft("unmount", "two")).isZero();
        assertThat(aloft("unmount", "--now", one.folder().toString())).isZero();
        assertThat(unmounts).containsExactly(false, true);
        assertThat(aloft("unmount", "three")).isEqualTo(3);
    }

    @Test
    void saysThatADriveIsNotMounted() throws Exception {
        new KnownDrives(folders).put(
                new KnownDrive("one", new Place.Embedded(), home.resolve("one"), KnownDrive.Options.DEFAULT));
        assertThat(aloft("unmount", "one")).isEqualTo(3);
        assertThat(err()).contains("not mounted").contains("aloft mount one");
        assertThat(aloft("pin", home + "/one/x")).isEqualTo(3);
        assertThat(err()).contains("not mounted").contains("aloft mount one");
    }

    @Test
    void refusesToMountWhatIsMounted() throws Exception {
        mount("home");
        assertThat(aloft("mount")).isEqualTo(1);
        assertThat(err()).contains("already mounted at " + home.resolve("home"));
    }

    @Test
    void refusesMountPointsThatDoNotDo() throws Exception {
        Files.createDirectories(home.resolve("full/x"));
        assertThat(aloft("mount", "embedded", home + "/full")).isEqualTo(10);
        assertThat(err()).contains("not empty").hasLineCount(1);
        assertThat(folders.state().resolve("commands.log")).content()
                .contains("aloft mount, exit code 10: The folder " + home.resolve("full"))
                .hasLineCount(1);
        Files.createFile(home.resolve("file"));
        assertThat(aloft("mount", "embedded", home + "/none/below")).isEqualTo(3);
        assertThat(aloft("mount", "nosuchname")).isEqualTo(3);
        assertThat(err()).contains("nosuchname");
        assertThat(aloft("mount", "s3://bucket/x")).isEqualTo(2);
        assertThat(aloft("mount", "--passphrase-fd", "x")).isEqualTo(2);
    }

    @Test
    void explainsMisuse() {
        assertThat(aloft("fly")).isEqualTo(2);
        assertThat(err()).contains("fly").contains("--help");
        assertThat(aloft("pin")).isEqualTo(2);
        assertThat(aloft("mount", "--cache-size", "much")).isEqualTo(2);
        assertThat(err()).contains("--cache-size").contains("20G");
        assertThat(aloft("mount", "--name", "a b")).isEqualTo(2);
    }

    @Test
    void hasALineOfHelpForEverything() {
        assertThat(aloft("--help")).isZero();
        assertThat(out()).contains("mount").contains("Exit codes").doesNotContain("  drive ");
        assertThat(aloft("--version")).isZero();
        assertThat(out()).startsWith("Aloft ");
        for (var command : Aloft.commandLine(app()).getSubcommands().values()) {
            var spec = command.getCommandSpec();
            assertThat(spec.usageMessage().description()).as(spec.name()).isNotEmpty();
            assertThat(spec.options()).as(spec.name())
                    .allSatisfy(
                            option -> assertThat(option.description()).as(option.longestName()).isNotEmpty());
            assertThat(spec.positionalParameters()).as(spec.name())
                    .allSatisfy(parameter -> assertThat(parameter.description()).as(parameter.paramLabel())
                            .isNotEmpty());
        }
    }

    private App app() {
        return new App(folders, new Terminal(out, err, false, false), environment);
    }

    @Test
    void completesInThreeShells() {
        assertThat(aloft("completion", "bash")).isZero();
        assertThat(out()).contains("complete -F").contains("recovery-key");
        assertThat(aloft("completion", "zsh")).isZero();
        assertThat(aloft("completion", "fish")).isZero();
        assertThat(out()).contains("-a recovery-key")
                .contains("-l passphrase-file -r")
                .doesNotContain("-a drive ");
        assertThat(aloft("completion", "csh")).isEqualTo(2);
    }
}
