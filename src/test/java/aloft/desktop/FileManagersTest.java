package aloft.desktop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileManagersTest {

    private static final Path COMMAND = Path.of("/opt/al oft/aloft");

    @TempDir
    private Path folder;
    private Path home;
    private Path config;
    private Path data;
    private FileManagers managers;

    @BeforeEach
    void make() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        config = home.resolve(".config");
        data = home.resolve(".local/share");
        Files.writeString(folder.resolve("system.xml"),
                "<actions>\n<action><name>x</name></action>\n</actions>");
        managers = new FileManagers(config, data, home.resolve(".local/state/aloft/desktop"),
                folder.resolve("system.xml"));
    }

    /** All paths of the home with what is in them. */
    private Map<String, String> files() throws IOException {
        var found = new TreeMap<String, String>();
        try (var paths = Files.walk(home)) {
            for (Path path : paths.toList()) {
                found.put(home.relativize(path) + " " + Files.getPosixFilePermissions(path),
                        Files.isRegularFile(path) ? Files.readString(path) : "");
            }
        }
        return found;
    }

    private void installAndRemove() throws IOException {
        Map<String, String> before = files();
        managers.install(COMMAND, List.of(Path.of("/home/me/Aloft")));
        Map<String, String> once = files();
        managers.install(COMMAND, List.of(Path.of("/home/me/Aloft")));
        assertThat(files()).isEqualTo(once).isNotEqualTo(before);
        managers.remove();
        assertThat(files()).isEqualTo(before);
        managers.remove();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void takesBackAllOfItFromAnEmptyHome() throws IOException {
        installAndRemove();
    }

    @Test
    void leavesWhatOthersPutBeside() throws IOException {
        Files.createDirectories(config.resolve("Thunar"));
        Files.writeString(config.resolve("Thunar/uca.xml"),
                "<actions>\n\t<action><unique-id>1-1</unique-id></action>\n</actions>\n");
        Files.createDirectories(data.resolve("nautilus-python/extensions"));
        Files.writeString(data.resolve("nautilus-python/extensions/other.py"), "other");
        Files.createDirectories(home.resolve(".local/state/aloft/drive"));
        installAndRemove();
    }

    @Test
    void addsToTheActionsOfTheSystemAndOfTheUser() throws IOException {
        managers.install(COMMAND, List.of());
        Path actions = config.resolve("Thunar/uca.xml");
        assertThat(actions).content()
                .contains("<name>x</name>", "\"" + data.resolve("aloft/menu") + "\" keep %F");
        assertThat(data.resolve("aloft/menu")).content().contains("\"/opt/al oft/aloft\" pin --no-wait");
        Files.writeString(actions, Files.readString(actions).replace("<name>x</name>", "<name>y</name>"));
        managers.remove();
        assertThat(actions).hasContent("<actions>\n<action><name>y</name></action>\n</actions>");
    }

    @Test
    void removesWhatPythonCompiled() throws IOException {
        managers.install(COMMAND, List.of());
        Path compiled = Files.createDirectories(data.resolve("caja-python/extensions/__pycache__"));
        Files.writeString(compiled.resolve("aloft.cpython-311.pyc"), "");
        managers.remove();
        assertThat(data.resolve("caja-python")).doesNotExist();
    }

    @Test
    void aLinkedFileStaysLinkedAndAMenuIsExecutable() throws IOException {
        Path real = Files.writeString(folder.resolve("uca.xml"), "<actions>\n</actions>\n");
        Files.createDirectories(config.resolve("Thunar"));
        Files.createSymbolicLink(config.resolve("Thunar/uca.xml"), real);
        managers.install(COMMAND, List.of());
        assertThat(config.resolve("Thunar/uca.xml")).isSymbolicLink();
        assertThat(real).content().contains("aloft-keep");
        assertThat(Files.getPosixFilePermissions(data.resolve("kio/servicemenus/aloft.desktop")))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aPathThatMenusCannotNameIsRefused() {
        assertThatIOException().isThrownBy(() -> managers.install(Path.of("/opt/$x/aloft"), List.of()))
                .withMessageContaining("move Aloft");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void theMenuSetsAttributesOnADriveAndAsksAloftElse() throws Exception {
        Path said = folder.resolve("said");
        for (String tool : List.of("gio", "aloft")) {
            Path program = folder.resolve(tool);
            Files.writeString(program, "#!/bin/sh\necho " + tool + " \"$@\" >>" + said
                    + "\n[ $1 != info ] || case $* in */on*) echo '  xattr::aloft.state: local' ;; esac\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        }
        managers.install(folder.resolve("aloft"), List.of());
        ProcessBuilder menu = new ProcessBuilder(data.resolve("aloft/menu").toString(), "free", "/x/on a",
                "/x/b");
        menu.environment().put("PATH", folder + ":/usr/bin:/bin");
        Process process = menu.inheritIO().start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).content()
                .contains("gio set --type=string -- /x/on a xattr::aloft.pinned 0\n",
                        "gio set --type=string -- /x/on a xattr::aloft.free 1\n")
                .contains("aloft free --unpin -- /x/b\n")
                .doesNotContain("gio set --type=string -- /x/b", "aloft free --unpin -- /x/on");
    }

    @Test
    void theExtensionIsGoodPython() throws Exception {
        Process python = new ProcessBuilder("python3", "-c",
                "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read())",
                "native/desktop/file-managers/aloft.py").inheritIO().start();
        assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(python.exitValue()).isZero();
    }
}
