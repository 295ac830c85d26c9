package aloft.cli;

import aloft.cli.control.ControlClient;
import aloft.cli.control.Request;
import aloft.cli.home.MountedDrive;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Unmounts a drive. */
@Command(name = "unmount", description = "Finish what goes up to the cloud, then unmount the drive.")
final class Unmount implements Callable<Integer> {

    private final App app;

    @Option(names = "--now", description = "Do not wait: what is not in the cloud yet goes up after the next mount. Also when it is in use.")
    private boolean now;

    @Parameters(paramLabel = "DIR|NAME", arity = "0..1", description = "Which drive, when several are mounted.")
    private @Nullable String named;

    Unmount(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        MountedDrive drive = new Targets(app.folders()).mounted(named);
        unmount(app, drive, now);
        app.terminal().line("Unmounted " + app.folders().show(drive.folder()) + ".");
        return 0;
    }

    static void unmount(App app, MountedDrive drive, boolean now) throws Exception {
        if (!ControlClient.answers(drive.socket())) {
            new LeftOver(app.folders()).remove(drive);
            return;
        }
        try (var bar = new Progress(app.terminal(), "Uploading")) {
            new ControlClient(drive).ask(new Request.Unmount(now), bar);
        }
    }
}
