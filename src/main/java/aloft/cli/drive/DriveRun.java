package aloft.cli.drive;

import aloft.cli.control.ControlServer;
import aloft.cli.control.KeepingHandler;
import aloft.cli.home.Exit;
import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.PrivateFiles;
import aloft.cli.home.Problem;
import aloft.failure.Failure;
import aloft.mount.MountException;
import aloft.tree.FsException;
import aloft.tree.Keeping;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The life of a drive's process: start, answer commands, end. It ends when a command asks for it, when
 * somebody unmounts the folder, and at SIGTERM and SIGINT.
 */
public final class DriveRun {

    private static final System.Logger LOG = System.getLogger(DriveRun.class.getName());

    /** For what is not in the cloud yet when the process is told to end; the journal keeps the rest. */
    private static final Duration LAST_UPLOADS = Duration.ofSeconds(60);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);

    private final KnownDrive drive;
    private final Folders folders;
    private final Starting starting;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean leavesRest;

    public DriveRun(KnownDrive drive, Folders folders, Starting starting) {
        this.drive = drive;
        this.folders = folders;
        this.starting = starting;
    }

    /** Builds and mounts the drive. */
    @FunctionalInterface
    public interface Start {
        RunningDrive start() throws Exception;
    }

    /** Returns when the drive is unmounted and everything is closed. */
    public void run(Start start) throws Exception {
        PrivateFiles.makeFolder(folders.runtime());
        RunningDrive running = start.start();
        ControlServer control = null;
        MountedDrive note = null;
        try {
            control = ControlServer.open(MountedDrive.socketOf(folders, drive.name()),
                    new KeepingHandler(running.keeping(), (now, progress) -> end(running, now, progress)));
            note = MountedDrive.announce(folders, drive);
            var signal = new Thread(() -> endBySignal(running), "signal");
            Runtime.getRuntime().addShutdownHook(signal);
            String readOnly = running.keeping().status().readOnly();
            if (readOnly != null) {
                starting.readOnly(readOnly);
            }
            starting.ready();
            LOG.log(System.Logger.Level.INFO, "mounted at {0}", drive.folder());
            running.awaitEnd();
        } finally {
            close(running, control, note);
        }
    }

    private void close(RunningDrive running, @Nullable ControlServer control,
            @Nullable MountedDrive note) throws IOException, InterruptedException {
        starting.stopping();
        try (running) {
            LOG.log(System.Logger.Level.INFO, "unmounted");
            if (!leavesRest) {
                uploadRest(running.keeping());
            }
        } finally {
            if (control != null) {
                control.close();
            }
            if (note != null) {
                note.withdraw();
            }
            closed.countDown();
            if (control != null) {
                control.awaitIdle(LAST_ANSWERS);
            }
        }
    }

    /** As a command asks for it: uploads with progress, unmounts, and returns when all is closed. */
    private void end(RunningDrive running, boolean now, Keeping.Progress progress) throws Exception {
        if (!now) {
            upload(running.keeping(), progress);
        }
        leavesRest = now;
        try {
            running.unmount(now);
        } catch (MountException e) {
            throw e.reason() == MountException.Reason.BUSY ? inUse(e) : e;
        }
        closed.await();
    }

    private Problem inUse(MountException cause) {
        String users = new FolderUsers(Path.of("/proc")).of(drive.folder());
        return new Problem(Exit.TEMPORARY, "The drive is in use by " + (users.isEmpty() ? "a program" : users)
                + ". End that, or leave the folder; to unmount all the same: aloft unmount --now", cause);
    }

    /** What programs wrote up to the last moment; what takes longer stays in the journal. */
    private static void uploadRest(Keeping keeping) throws InterruptedException {
        Thread upload = Thread.ofVirtual().start(() -> {
            try {
                keeping.awaitUploaded("/", (done, total, item) -> {});
            } catch (FsException | Failure e) {
                LOG.log(System.Logger.Level.INFO, "the rest goes up at the next mount: {0}", e.getMessage());
            } catch (InterruptedException e) {
                LOG.log(System.Logger.Level.INFO, "the rest goes up at the next mount");
            }
        });
        if (!upload.join(LAST_UPLOADS)) {
            upload.interrupt();
            upload.join();
        }
    }

    private static void upload(Keeping keeping, Keeping.Progress progress)
            throws Problem, FsException, InterruptedException {
        try {
            keeping.awaitUploaded("/", progress);
        } catch (Failure e) {
            throw new Problem(Exit.TEMPORARY, "Not everything is in the cloud yet: " + e.getMessage()
                    + " To unmount all the same, and send the rest at the next mount: aloft unmount --now",
                    e);
        }
    }

    private void endBySignal(RunningDrive running) {
        try {
            running.unmount(true);
            closed.await();
        } catch (IOException | InterruptedException e) {
            LOG.log(System.Logger.Level.WARNING, "the drive did not end well", e);
        }
    }
}
