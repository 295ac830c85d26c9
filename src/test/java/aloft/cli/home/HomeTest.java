package aloft.cli.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The user's folders, the drives remembered and the drives mounted. */
class HomeTest {

    @TempDir
    private Path home;

    private Folders folders() throws IOException {
        Files.createDirectories(home.resolve("run"));
        return Folders.of(Map.of("HOME", home.toString(), "XDG_RUNTIME_DIR", home.resolve("run").toString()));
    }

    @Test
    void followsXdg() throws IOException {
        Files.createDirectories(home.resolve("run"));
        Folders folders = Folders.of(Map.of("HOME", home.toString(), "XDG_RUNTIME_DIR",
                home.resolve("run").toString(), "XDG_CONFIG_HOME", "/c", "XDG_STATE_HOME", "/s",
                "XDG_CACHE_HOME", "relative", "XDG_DATA_HOME", "/d"));
        assertThat(folders).isEqualTo(new Folders(home, Path.of("/c/aloft"), Path.of("/s/aloft"),
                home.resolve(".cache/aloft"), Path.of("/d/aloft"), home.resolve("run/aloft")));
        assertThat(folders.show(home.resolve("Aloft"))).isEqualTo("~/Aloft");
    }

    @Test
    void remembersDrivesInAPrivateFile() throws Exception {
        var drives = new KnownDrives(folders());
        var options = new KnownDrive.Options(home.resolve("state dir"), null, 1L << 30, "laptop", null, true,
                false);
        var first = new KnownDrive("one", Place.parse("https://me@host/x"), home.resolve("A\nloft"),
                options);
        var second = new KnownDrive("two", new Place.Embedded(), home.resolve("Bloft"),
                KnownDrive.Options.DEFAULT);
        drives.put(first);
        drives.put(second);
        drives.put(second.at(home.resolve("Cloft")));

        assertThat(drives.all()).containsExactly(first, second.at(home.resolve("Cloft")));
        assertThat(drives.named("one")).contains(first);
        assertThat(Files.getPosixFilePermissions(folders().config().resolve("drives")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(folders().config()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void saysWhichFileIsNotUnderstood() throws Exception {
        PrivateFiles.write(folders().config().resolve("drives"),
                RawText.encode("[x]\nplace = ftp://x\nfolder = /y\n"));
        assertThatExceptionOfType(Problem.class).isThrownBy(() -> new KnownDrives(folders()).all())
                .withMessageContaining("drives")
                .withMessageContaining("[x]");
    }

    @Test
    void findsTheDriveOfAPath() throws Exception {
        Path mount = Files.createDirectories(home.toRealPath().resolve("Aloft/docs"));
        Files.createSymbolicLink(home.resolve("link"), mount);
        var drive = new KnownDrive("home", new Place.Embedded(), home.toRealPath().resolve("Aloft"),
                KnownDrive.Options.DEFAULT);
        MountedDrive mounted = MountedDrive.announce(folders(), drive);
        assertThat(MountedDrive.all(folders())).containsExactly(mounted);

        assertThat(Located.find(home + "/Aloft", folders()).path()).isEqualTo("/");
        assertThat(Located.find(home + "/Aloft/docs/", folders()).path()).isEqualTo("/docs");
        assertThat(Located.find(home + "/link/é", folders()).path()).isEqualTo("/docs/\u00c3\u00a9");
        assertThat(Located.find(home + "/link/../docs/x\udce9", folders()).path()).isEqualTo("/docs/x\u00e9");
        assertThat(Located.find(home + "/Aloft/none/../y", folders()).path()).isEqualTo("/y");
        assertThatExceptionOfType(Problem.class).isThrownBy(() -> Located.find(home + "/Aloft2", folders()))
                .withMessageContaining("not in a drive");

        mounted.withdraw();
        new KnownDrives(folders()).put(drive);
        assertThatExceptionOfType(Problem.class).isThrownBy(() -> Located.find(home + "/Aloft/x", folders()))
                .withMessageContaining("aloft mount home");
    }

    @Test
    void takesNoFolderOfSomebodyElse() throws IOException {
        Path open = Files.createDirectory(home.resolve("open"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        int me = (Integer) Files.getAttribute(open, "unix:uid");
        assertThatIOException().isThrownBy(() -> PrivateFiles.claimFolder(open, me))
                .withMessageContaining("private");
        assertThatIOException().isThrownBy(() -> PrivateFiles.claimFolder(open, me + 1));
        assertThat(PrivateFiles.claimFolder(home.resolve("fresh"), me)).isDirectory();
        assertThat(PrivateFiles.claimFolder(home.resolve("fresh"), me)).isDirectory();
    }

    @Test
    void readsNoMoreThanItIsTold() throws IOException {
        Path file = home.resolve("x");
        assertThat(PrivateFiles.read(file, 3)).isEqualTo(Optional.empty());
        PrivateFiles.write(file, new byte[4]);
        assertThatIOException().isThrownBy(() -> PrivateFiles.read(file, 3));
    }

    @Test
    void asksTheSystem() {
        assertThat(Posix.realPath(home + "/../" + home.getFileName() + "/.")).isPresent();
        assertThat(Posix.realPath(home + "/nothing/here")).isEmpty();
        assertThat(Posix.sendDatagram(home + "/no-socket", new byte[1])).isFalse();
        assertThat(Posix.columns(999)).isEmpty();
        assertThat(Posix.isTerminal(999)).isFalse();
    }
}
