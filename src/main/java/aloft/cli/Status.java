package aloft.cli;

import aloft.cli.control.Answers;
import aloft.cli.control.ControlClient;
import aloft.cli.control.Json;
import aloft.cli.control.Request;
import aloft.cli.control.Statuses;
import aloft.cli.home.Exit;
import aloft.cli.home.Located;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.Problem;
import aloft.tree.Keeping.DriveStatus;
import aloft.tree.Keeping.PathStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How drives and paths are. */
@Command(name = "status", description = {"The state of each path, or of the drives that are mounted:",
        "transfers, space, what waits to go up, errors."})
final class Status implements Callable<Integer> {

    private final App app;

    @Option(names = "--json", description = "JSON, one object a line.")
    private boolean json;

    @Option(names = {"-w",
            "--watch"}, description = "Show the drive again whenever it changes, until stopped.")
    private boolean watch;

    @Parameters(paramLabel = "PATH", arity = "0..*", description = "Files and folders of a drive; without any, all drives that are mounted.")
    private List<String> paths = new ArrayList<>();

    Status(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        if (watch) {
            watch();
        } else if (paths.isEmpty()) {
            drives();
        } else {
            paths();
        }
        return 0;
    }

    private void watch() throws Problem, IOException {
        MountedDrive drive = paths.isEmpty()
                ? new Targets(app.folders()).mounted(null)
                : Located.find(paths.getFirst(), app.folders()).drive();
        new ControlClient(drive).ask(new Request.Watch(), new Answers() {
            @Override
            public void status(DriveStatus status) {
                app.terminal().raw(app.terminal().showsOutput() && !json ? "\u001b[H\u001b[2J" : "");
                print(drive, status);
                app.terminal().flush();
            }
        });
    }

    private void drives() throws Problem, IOException {
        List<MountedDrive> drives = MountedDrive.all(app.folders());
        if (drives.isEmpty()) {
            throw new Problem(Exit.FOLDER_MISSING, "No drive is mounted. Mount one with: aloft mount");
        }
        for (MountedDrive drive : drives) {
            new ControlClient(drive).ask(new Request.Status(), new Answers() {
                @Override
                public void status(DriveStatus status) {
                    print(drive, status);
                }
            });
        }
    }

    private void paths() throws Problem, IOException {
        for (String path : paths) {
            Located each = Located.find(path, app.folders());
            new ControlClient(each.drive()).ask(new Request.PathStatus(each.path()), new Answers() {
                @Override
                public void entry(PathStatus entry) {
                    app.terminal()
                            .line(json
                                    ? Json.write(Statuses.forUsers(entry))
                                    : Width.left(entry.state().text(), 11) + "  " + path + detail(entry));
                }
            });
        }
    }

    private static String detail(PathStatus entry) {
        long size = entry.attributes().size();
        return switch (entry.state()) {
            case PARTIAL ->
                "  (" + Quantity.bytes(entry.stored()) + " of " + Quantity.bytes(size) + " are here)";
            case ONLINE_ONLY, LOCAL, PINNED, SYNCING, ERROR -> "";
        };
    }

    private void print(MountedDrive drive, DriveStatus status) {
        if (!json) {
            new DriveReport(app).lines(drive, status).forEach(app.terminal()::line);
            return;
        }
        var object = new LinkedHashMap<String, @Nullable Object>();
        object.put("name", drive.name());
        object.put("folder", drive.folder().toString());
        object.put("pid", drive.pid());
        object.putAll(Statuses.write(status));
        app.terminal().line(Json.write(object));
    }
}
