package aloft.cli;

import aloft.cli.control.Answers;
import aloft.cli.control.ControlClient;
import aloft.cli.control.Request;
import aloft.cli.home.Located;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Free up space. */
@Command(name = "free", description = {
        "Free up space: make files online-only now, folders with all they hold.",
        "Refuses what is not in the cloud yet, and what is pinned."})
final class Free implements Callable<Integer> {

    private final App app;

    @Option(names = "--unpin", description = "Also what is pinned: take that back first.")
    private boolean unpin;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files and folders of a drive.")
    private List<String> paths = new ArrayList<>();

    Free(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        var freed = new Total();
        try {
            for (String path : paths) {
                Located each = Located.find(path, app.folders());
                if (unpin) {
                    new ControlClient(each.drive()).ask(new Request.Unpin(each.path()), new Silent());
                }
                new ControlClient(each.drive()).ask(new Request.Free(each.path()), freed);
            }
        } finally {
            if (freed.bytes >= 0) {
                app.terminal().line("Freed " + Quantity.bytes(freed.bytes) + ".");
            }
        }
        return 0;
    }

    private static final class Total implements Answers {
        private long bytes = -1;

        @Override
        public void freed(long more) {
            bytes = Math.max(0, bytes) + more;
        }
    }
}
