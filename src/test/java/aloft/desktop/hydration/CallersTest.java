package aloft.desktop.hydration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallersTest {

    @TempDir
    private Path processes;
    private Path program;

    @BeforeEach
    void make() throws IOException {
        program = Files.createFile(processes.resolve("program"));
        process("self", program.toString(), 1, "mnt:[1]", "0::/user.slice/session.scope");
    }

    private Path process(String id, String executable, int terminal, String namespace, String group)
            throws IOException {
        Path folder = Files.createDirectories(processes.resolve(id));
        link(folder.resolve("exe"), executable);
        Files.createDirectories(folder.resolve("ns"));
        link(folder.resolve("ns/mnt"), namespace);
        Files.writeString(folder.resolve("cgroup"), group + "\n");
        Files.writeString(folder.resolve("stat"), id + " (a ) (name) S 1 1 1 " + terminal
                + " -1 4194304 98 0 0 0 0 0 0 0 20 0 1 0 2261642 3133440 414");
        Files.writeString(folder.resolve("cmdline"), "");
        return folder;
    }

    private static void link(Path link, String target) throws IOException {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(target));
    }

    @Test
    void seesAProgramByItsFileAndNotByTheNameItChose() throws IOException {
        process("7", program.toString(), 34816, "mnt:[1]", "0::/user.slice");
        Caller caller = new Callers(processes).find(7);
        assertThat(caller)
                .isEqualTo(new Caller(program.toString(), null, "a ) (name", null, true, false, true,
                        "/user.slice"));
    }

    @Test
    void looksAgainWhenTheProcessRunsAnotherProgram() throws IOException {
        process("7", program.toString(), 0, "mnt:[1]", "0::/");
        var callers = new Callers(processes);
        assertThat(callers.find(7).executable()).isEqualTo(program.toString());
        link(processes.resolve("7/exe"), "/usr/lib/tumblerd (deleted)");
        assertThat(callers.find(7).executable()).isEqualTo("/usr/lib/tumblerd");
    }

    @Test
    void trustsAPathOfASandboxWhenItIsTheSameFile() throws IOException {
        process("7", program.toString(), 0, "mnt:[2]", "0::/");
        process("8", processes + "/not-here", 0, "mnt:[2]", "0::/");
        var callers = new Callers(processes);
        assertThat(callers.find(7).trusted()).isTrue();
        assertThat(callers.find(8).trusted()).isFalse();
    }

    @Test
    void knowsTheProcessOfAThreadAndItsParent() throws IOException {
        Path thread = process("8", program.toString(), 0, "mnt:[1]", "0::/");
        Files.writeString(thread.resolve("status"), "Name:\tx\nTgid:\t7\nPid:\t8\nPPid:\t5\n");
        var callers = new Callers(processes);
        assertThat(callers.process(8)).isEqualTo(7);
        assertThat(callers.parent(8)).isEqualTo(5);
        assertThat(callers.parent(9)).isZero();
    }

    @Test
    void knowsContainersAndFlatpaks() throws IOException {
        process("7", program.toString(), 0, "mnt:[2]", "0::/system.slice/docker-0123abcd.scope");
        process("8", "/app/bin/x", 0, "mnt:[3]",
                "0::/user.slice/user@1000.service/app.slice/app-flatpak-org.gnome.Loupe-4711.scope");
        Path old = process("9", "/app/bin/x", 0, "mnt:[3]", "1:name=systemd:/a");
        Files.createDirectories(old.resolve("root"));
        Files.writeString(old.resolve("root/.flatpak-info"),
                "[Application]\nname=org.kde.okular\nruntime=x\n");
        var callers = new Callers(processes);
        assertThat(callers.find(7)).extracting(Caller::contained, Caller::trusted)
                .containsExactly(true, false);
        assertThat(callers.find(8).app()).isEqualTo("org.gnome.Loupe");
        assertThat(callers.find(9).app()).isEqualTo("org.kde.okular");
        assertThat(callers.find(9).group()).isEqualTo("/a");
    }

    @Test
    void whatRunsInOurOwnContainerIsNotInAContainer() throws IOException {
        process("self", program.toString(), 1, "mnt:[1]", "0::/docker/0123");
        process("7", program.toString(), 0, "mnt:[1]", "0::/docker/0123");
        assertThat(new Callers(processes).find(7).contained()).isFalse();
    }

    @Test
    void namesTheScriptOfAnInterpreter() throws IOException {
        assertThat(Scripts.of("/usr/bin/python3.11", "python3\0-I\0thumb.py\0x.jpg\0", "/opt/t"))
                .isEqualTo("/opt/t/thumb.py");
        assertThat(Scripts.of("/usr/bin/python3.11", "python3\0-c\0import x\0", "/")).isNull();
        assertThat(Scripts.of("/bin/dash", "sh\0", "/")).isNull();
        assertThat(Scripts.of("/usr/bin/cat", "cat\0file\0", "/")).isNull();
        assertThat(
                Scripts.of("/usr/lib/libexec/kf6/kioworker", "kioworker\0/x/kf6/kio/thumbnail.so\0a\0", ""))
                .isEqualTo("/x/kf6/kio/thumbnail.so");
    }

    @Test
    void whatCannotBeSeenIsUnseen() {
        assertThat(new Callers(processes).find(0)).isEqualTo(Caller.UNSEEN);
        assertThat(new Callers(processes).find(4711)).isEqualTo(Caller.UNSEEN);
    }
}
