package aloft.cli;

import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.KnownDrives;
import aloft.cli.home.Problem;
import aloft.desktop.FileManagers;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Puts Aloft into file managers. */
@Command(name = "desktop", description = {
        "Show states and menu entries of drives in file managers: Nautilus, Nemo, Caja,",
        "Thunar, Dolphin and PCManFM. 'remove' takes back all that 'install' changed in your home."}, footer = {
                "",
                "Nautilus, Nemo and Caja need their Python extension: python3-nautilus, nemo-python, python3-caja.",
                "A file manager that runs shows them after its next start."})
final class Desktop implements Callable<Integer> {

    /** The system property with the file that starts the program. */
    private static final String COMMAND = "aloft.command";

    private final App app;

    @Parameters(paramLabel = "install|remove", description = "What to do.")
    private @Nullable Action action;

    enum Action {
        install, remove
    }

    Desktop(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        Path config = Objects.requireNonNull(app.folders().config().getParent());
        Path data = Objects.requireNonNull(app.folders().data().getParent());
        var files = new FileManagers(config, data, app.folders().state().resolve("desktop"));
        if (action == Action.remove) {
            files.remove();
            app.terminal().line("Took Aloft out of the file managers.");
        } else {
            files.install(command(),
                    new KnownDrives(app.folders()).all().stream().map(KnownDrive::folder).toList());
            app.terminal().line("Put Aloft into the file managers; they show it after their next start.");
        }
        return 0;
    }

    /** The file that starts the program. */
    static Path command() throws Problem {
        String command = System.getProperty(COMMAND);
        if (command == null) {
            throw new Problem(Exit.OTHER, "Start Aloft by scripts/aloft for this.");
        }
        return Path.of(command);
    }
}
