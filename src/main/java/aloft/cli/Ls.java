package aloft.cli;

import aloft.cli.control.Answers;
import aloft.cli.control.ControlClient;
import aloft.cli.control.Json;
import aloft.cli.control.Request;
import aloft.cli.control.Statuses;
import aloft.cli.home.Located;
import aloft.cli.home.RawText;
import aloft.format.NodeType;
import aloft.tree.Keeping.PathStatus;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A folder with the state of each entry. */
@Command(name = "ls", description = "List a folder like 'ls -l', with the state of each entry.", footer = {"",
        "States: online-only, partial (some of it is here), local (here, may go when space is needed),",
        "pinned (always here), syncing (waiting to go up), error (needs you: see aloft status)."})
final class Ls implements Callable<Integer> {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT)
            .withZone(ZoneId.systemDefault());
    private static final String BITS = "rwxrwxrwx";

    private final App app;

    @Option(names = "--json", description = "One JSON object for each entry, one a line.")
    private boolean json;

    @Parameters(paramLabel = "PATH", arity = "0..1", defaultValue = ".", description = "A folder or file of a drive; without it, the current folder.")
    private String path = ".";

    Ls(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        Located folder = Located.find(path, app.folders());
        new ControlClient(folder.drive()).ask(new Request.ListFolder(folder.path()), new Answers() {
            @Override
            public void entry(PathStatus entry) {
                app.terminal().line(json ? Json.write(Statuses.forUsers(entry)) : line(entry));
            }
        });
        return 0;
    }

    private static String line(PathStatus entry) {
        String raw = entry.path();
        String target = entry.target();
        String name = RawText.ofRaw(raw.substring(raw.lastIndexOf('/') + 1));
        return mode(entry) + " " + Width.right(Quantity.bytes(entry.attributes().size()), 8) + "  "
                + TIME.format(Instant.ofEpochSecond(0, entry.attributes().mtime())) + "  "
                + Width.left(entry.state().text(), 11) + "  " + (name.isEmpty() ? "/" : name)
                + (target == null ? "" : " -> " + RawText.ofRaw(target));
    }

    private static String mode(PathStatus entry) {
        var text = new StringBuilder(switch (entry.attributes().type()) {
            case FILE -> "-";
            case FOLDER -> "d";
            case LINK -> "l";
        });
        int mode = entry.attributes().type() == NodeType.LINK ? 0777 : entry.attributes().mode();
        for (int i = 0; i < BITS.length(); i++) {
            text.append((mode >> (8 - i) & 1) == 1 ? BITS.charAt(i) : '-');
        }
        return text.toString();
    }
}
