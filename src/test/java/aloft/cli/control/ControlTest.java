package aloft.cli.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import aloft.cli.home.Exit;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.Problem;
import aloft.tree.Keeping.DriveStatus;
import aloft.tree.Keeping.PathStatus;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command and a drive talk over a real socket; the drive is a fake. */
class ControlTest {

    @TempDir
    private Path folder;
    private final FakeKeeping keeping = new FakeKeeping();
    private final List<Boolean> unmounts = new ArrayList<>();
    private MountedDrive drive;
    private ControlServer server;

    @BeforeEach
    void start() throws IOException {
        drive = new MountedDrive("home", folder.resolve("home.sock"), Path.of("/home/u/Aloft"), "embedded",
                1);
        server = ControlServer.open(drive.socket(), new KeepingHandler(keeping, (now, progress) -> {
            progress.at(3, 3, "last");
            unmounts.add(now);
        }));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** What came, as text. */
    private static final class Seen implements Answers {
        private final List<PathStatus> entries = new ArrayList<>();
        private final List<DriveStatus> statuses = new ArrayList<>();
        private final List<String> progress = new ArrayList<>();
        private long freed = -1;

        @Override
        public void at(long done, long total, String item) {
            progress.add(done + "/" + total + " " + item);
        }

        @Override
        public void status(DriveStatus status) {
            statuses.add(status);
        }

        @Override
        public void entry(PathStatus entry) {
            entries.add(entry);
        }

        @Override
        public void freed(long bytes) {
            freed = bytes;
        }
    }

    private Seen ask(Request request) throws Problem {
        var seen = new Seen();
        new ControlClient(drive).ask(request, seen);
        return seen;
    }

    @Test
    void carriesStatesUnchanged() throws Exception {
        assertThat(ask(new Request.Status()).statuses).containsExactly(keeping.status());
        assertThat(ask(new Request.ListFolder("/docs")).entries).isEqualTo(keeping.list("/docs")).hasSize(3);
        assertThat(ask(new Request.PathStatus("/docs/raw\u00ff")).entries)
                .containsExactly(keeping.status("/docs/raw\u00ff"));
    }

    @Test
    void pinsAndShowsProgress() throws Exception {
        ask(new Request.Pin("/docs/raw\u00ff"));
        assertThat(keeping.pinned).containsExactly("/docs/raw\u00ff");
        assertThat(ask(new Request.AwaitPinned("/docs/raw\u00ff")).progress).hasSize(4)
                .endsWith("12/12 /docs/raw\u00ff");
        ask(new Request.Unpin("/docs/raw\u00ff"));
        assertThat(keeping.pinned).isEmpty();
    }

    @Test
    void freesOrSaysWhyNot() throws Exception {
        assertThat(ask(new Request.Free("/docs/caf\u00c3\u00a9.txt")).freed).isEqualTo(1_234_567);
        ask(new Request.Pin("/docs"));
        assertThatExceptionOfType(Problem.class).isThrownBy(() -> ask(new Request.Free("/docs")))
                .withMessage("/docs is pinned; unpin it first.")
                .satisfies(problem -> assertThat(problem.exit()).isEqualTo(Exit.NOT_WORTH_A_RETRY));
        assertThatExceptionOfType(Problem.class).isThrownBy(() -> ask(new Request.Free("/none")))
                .satisfies(problem -> assertThat(problem.exit()).isEqualTo(Exit.FILE_MISSING));
    }

    @Test
    void unmounts() throws Exception {
        assertThat(ask(new Request.Unmount(false)).progress).containsExactly("3/3 last");
        ask(new Request.Unmount(true));
        assertThat(unmounts).containsExactly(false, true);
    }

    @Test
    void watchesUntilTheCommandGoesAway() throws Exception {
        var statuses = new java.util.concurrent.LinkedBlockingQueue<DriveStatus>();
        Thread command = Thread.ofVirtual().start(() -> {
            try {
                new ControlClient(drive).ask(new Request.Watch(), new Answers() {
                    @Override
                    public void status(DriveStatus status) {
                        statuses.add(status);
                    }
                });
            } catch (Problem e) {
                statuses.clear();
            }
        });
        assertThat(statuses.poll(10, TimeUnit.SECONDS)).isNotNull().returns(0, DriveStatus::pending);
        keeping.setPending(3);
        assertThat(statuses.poll(10, TimeUnit.SECONDS)).isNotNull().returns(3, DriveStatus::pending);
        command.interrupt();
        command.join();
        server.close();
        server.awaitIdle(Duration.ofSeconds(20));
    }

    @Test
    void stopsWorkForACommandThatWentAway() throws Exception {
        keeping.hold = true;
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(drive.socket()));
            channel.write(line("{\"aloft\":1,\"do\":\"await-uploaded\",\"path\":\"/\"}"));
            assertThat(keeping.waiting.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(keeping.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        server.close();
        server.awaitIdle(Duration.ofSeconds(20));
    }

    @Test
    void refusesWhatItDoesNotUnderstand() throws Exception {
        assertThat(answer("{\"aloft\":2,\"do\":\"status\"}")).contains("another version");
        assertThat(answer("{\"aloft\":1,\"do\":\"fly\"}")).contains("fly");
        assertThat(answer("{\"aloft\":1,\"do\":\"pin\",\"path\":\"relative\"}")).contains("not a path");
        assertThat(answer("{\"aloft\":1,\"do\":\"pin\"}")).contains("path");
        assertThat(answer("nonsense")).isEmpty();
        assertThat(answer("x".repeat(70_000))).isEmpty();
        assertThat(answer("{\"a\":".repeat(1000) + "1" + "}".repeat(1000))).isEmpty();
    }

    @Test
    void isTheOwnersAlone() throws IOException {
        assertThat(Files.getPosixFilePermissions(drive.socket()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(ControlClient.answers(drive.socket())).isTrue();
    }

    @Test
    void saysThatTheDriveIsNotMounted() throws IOException {
        server.close();
        assertThat(drive.socket()).doesNotExist();
        assertThat(ControlClient.answers(drive.socket())).isFalse();
        assertThatExceptionOfType(Problem.class).isThrownBy(() -> ask(new Request.Status()))
                .withMessageContaining("not mounted")
                .withMessageContaining("aloft mount home");
    }

    private String answer(String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(drive.socket()));
            channel.write(line(request));
            ByteBuffer answer = ByteBuffer.allocate(4096);
            channel.read(answer);
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static ByteBuffer line(String text) {
        return ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
