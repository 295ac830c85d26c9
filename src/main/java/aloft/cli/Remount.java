package aloft.cli;

import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.KnownDrives;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.Problem;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Unmounts and mounts again. */
@Command(name = "remount", description = "Unmount the drive and mount it again, such as after an update of Aloft.")
final class Remount implements Callable<Integer> {

    private final App app;

    @Mixin
    private final SecretOptions secrets = new SecretOptions();

    @Parameters(paramLabel = "DIR|NAME", arity = "0..1", description = "Which drive, when several are mounted.")
    private @Nullable String named;

    Remount(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        MountedDrive mounted = new Targets(app.folders()).mounted(named);
        KnownDrive drive = new KnownDrives(app.folders()).named(mounted.name())
                .orElseThrow(() -> new Problem(Exit.OTHER, "The drive '" + mounted.name()
                        + "' is not remembered; unmount it, and mount it with its place."));
        Unmount.unmount(app, mounted, false);
        MountCommand.mount(app, drive.at(mounted.folder()), secrets, false, false);
        return 0;
    }
}
