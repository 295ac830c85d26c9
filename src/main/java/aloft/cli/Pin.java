package aloft.cli;

import aloft.cli.control.ControlClient;
import aloft.cli.control.Request;
import aloft.cli.home.Located;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Always keep on this device. */
@Command(name = "pin", description = {
        "Always keep on this device: files, and folders with all they hold now and later.",
        "Returns when everything is here; what has been pinned stays so when you stop the command."})
final class Pin implements Callable<Integer> {

    private final App app;

    @Option(names = "--no-wait", description = "Return at once; the download goes on.")
    private boolean noWait;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files and folders of a drive.")
    private List<String> paths = new ArrayList<>();

    Pin(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        var found = new ArrayList<Located>();
        for (String path : paths) {
            found.add(Located.find(path, app.folders()));
        }
        for (Located each : found) {
            new ControlClient(each.drive()).ask(new Request.Pin(each.path()), new Silent());
        }
        if (!noWait) {
            for (Located each : found) {
                try (var bar = new Progress(app.terminal(), "Downloading")) {
                    new ControlClient(each.drive()).ask(new Request.AwaitPinned(each.path()), bar);
                }
            }
        }
        return 0;
    }
}
