package aloft.cli;

import aloft.cli.drive.Rehearsal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Does a bit of everything once, for the JVM to watch. */
@Command(name = "rehearse", hidden = true, description = "Let the build see what classes are needed.")
final class Rehearse implements Callable<Integer> {

    private final App app;

    Rehearse(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("aloft-");
        try {
            new Rehearsal(folder).run();
        } finally {
            delete(folder);
        }
        var nobody = new Terminal(new ByteArrayOutputStream(), new ByteArrayOutputStream(), false, false);
        return Aloft.run(new App(app.folders(), nobody, app.environment()), "ls", "--help");
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
