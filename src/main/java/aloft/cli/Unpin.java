package aloft.cli;

import aloft.cli.control.ControlClient;
import aloft.cli.control.Request;
import aloft.cli.home.Located;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** No longer always on this device. */
@Command(name = "unpin", description = {
        "Undo pin, of a folder with all that is pinned in it: the content stays for now, and may go when space is needed.",
        "To have the space at once, use 'aloft free' afterwards."})
final class Unpin implements Callable<Integer> {

    private final App app;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files and folders of a drive.")
    private List<String> paths = new ArrayList<>();

    Unpin(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        for (String path : paths) {
            Located each = Located.find(path, app.folders());
            new ControlClient(each.drive()).ask(new Request.Unpin(each.path()), new Silent());
        }
        return 0;
    }
}
