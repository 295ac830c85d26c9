package aloft.cli;

import aloft.cli.control.ControlClient;
import aloft.cli.control.Request;
import aloft.cli.home.Located;
import aloft.cli.home.MountedDrive;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Waits for the cloud to have everything. */
@Command(name = "wait", description = "Return when everything that was changed before, or the paths, is in the cloud.")
final class Wait implements Callable<Integer> {

    private final App app;

    @Parameters(paramLabel = "PATH", arity = "0..*", description = "Files and folders of a drive; without any, all drives that are mounted.")
    private List<String> paths = new ArrayList<>();

    Wait(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        var found = new ArrayList<Located>();
        for (String path : paths) {
            found.add(Located.find(path, app.folders()));
        }
        if (paths.isEmpty()) {
            for (MountedDrive drive : MountedDrive.all(app.folders())) {
                found.add(new Located(drive, "/"));
            }
        }
        for (Located each : found) {
            try (var bar = new Progress(app.terminal(), "Uploading")) {
                new ControlClient(each.drive()).ask(new Request.AwaitUploaded(each.path()), bar);
            }
        }
        return 0;
    }
}
