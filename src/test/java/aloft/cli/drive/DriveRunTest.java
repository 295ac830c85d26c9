package aloft.cli.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import aloft.cli.control.Answers;
import aloft.cli.control.ControlClient;
import aloft.cli.control.FakeKeeping;
import aloft.cli.control.Request;
import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.Place;
import aloft.cli.home.Problem;
import aloft.tree.Keeping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a drive's process, with a drive that is a fake. */
class DriveRunTest {

    @TempDir
    private Path temp;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final FakeKeeping keeping = new FakeKeeping();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean busy;

    @BeforeEach
    void makeRuntimeFolder() throws IOException {
        Files.createDirectories(temp.resolve("run"));
    }

    private Folders folders() throws IOException {
        return Folders.of(Map.of("HOME", temp.toString(), "XDG_RUNTIME_DIR", temp.resolve("run").toString()));
    }

    private final class Fake implements RunningDrive {
        @Override
        public Keeping keeping() {
            return keeping;
        }

        @Override
        public void unmount(boolean force) throws IOException {
            if (busy && !force) {
                throw new IOException("in use");
            }
            events.add("unmount");
            ended.countDown();
        }

        @Override
        public void awaitEnd() throws InterruptedException {
            ended.await();
        }

        @Override
        public void close() {
            events.add("close");
        }
    }

    private CompletableFuture<Void> run() throws IOException {
        var drive = new KnownDrive("home", new Place.Embedded(), temp.resolve("Aloft"),
                KnownDrive.Options.DEFAULT);
        var starting = new Starting() {
            @Override
            public void made(String recoveryKey) {
                events.add(recoveryKey);
            }

            @Override
            public void ready() {
                events.add("ready");
                ready.countDown();
            }

            @Override
            public void stopping() {
                events.add("stopping");
            }
        };
        var run = new DriveRun(drive, folders(), starting);
        return CompletableFuture.runAsync(() -> {
            try {
                run.run(Fake::new);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private MountedDrive mounted() throws Exception {
        assertThat(ready.await(10, TimeUnit.SECONDS)).isTrue();
        return MountedDrive.all(folders()).getFirst();
    }

    @Test
    void endsWhenACommandAsks() throws Exception {
        CompletableFuture<Void> run = run();
        MountedDrive drive = mounted();
        assertThat(drive.isAlive()).isTrue();
        new ControlClient(drive).ask(new Request.Unmount(false), new Answers() {
        });
        assertThat(events).containsExactly("ready", "unmount", "stopping", "close");
        run.get(10, TimeUnit.SECONDS);
        assertThat(MountedDrive.all(folders())).isEmpty();
        assertThat(drive.socket()).doesNotExist();
    }

    @Test
    void endsWhenTheFolderIsUnmounted() throws Exception {
        CompletableFuture<Void> run = run();
        mounted();
        ended.countDown();
        run.get(10, TimeUnit.SECONDS);
        assertThat(events).containsExactly("ready", "stopping", "close");
    }

    @Test
    void goesOnWhenAProgramUsesIt() throws Exception {
        busy = true;
        CompletableFuture<Void> run = run();
        MountedDrive drive = mounted();
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> new ControlClient(drive).ask(new Request.Unmount(false), new Answers() {
                }))
                .withMessage("in use");
        new ControlClient(drive).ask(new Request.Status(), new Answers() {
        });
        new ControlClient(drive).ask(new Request.Unmount(true), new Answers() {
        });
        run.get(10, TimeUnit.SECONDS);
    }

    @Test
    void namesWhoUsesAFolder() throws Exception {
        Path used = Files.createDirectories(temp.resolve("used"));
        for (String pid : List.of("12", "13")) {
            Files.createDirectories(temp.resolve("proc/" + pid + "/fd"));
        }
        Files.writeString(temp.resolve("proc/12/comm"), "vim\n");
        Files.createSymbolicLink(temp.resolve("proc/12/fd/3"), used.resolve("x"));
        Files.createSymbolicLink(temp.resolve("proc/13/cwd"), temp);
        assertThat(new FolderUsers(temp.resolve("proc")).of(used)).isEqualTo("vim (12)");
        assertThat(new FolderUsers(temp.resolve("proc")).of(temp.resolve("else"))).isEmpty();
        assertThat(new FolderUsers(temp.resolve("none")).of(used)).isEmpty();
    }

    @Test
    void closesWhatItBuiltWhenTheSocketCannotBe() throws Exception {
        Files.createDirectories(temp.resolve("run/aloft/home.sock/in-the-way"));
        CompletableFuture<Void> run = run();
        assertThat(run).failsWithin(10, TimeUnit.SECONDS);
        assertThat(events).containsExactly("stopping", "close");
    }
}
