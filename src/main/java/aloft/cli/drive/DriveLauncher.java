package aloft.cli.drive;

import aloft.cli.home.Exit;
import aloft.cli.home.Folders;
import aloft.cli.home.PrivateFiles;
import aloft.cli.home.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts the process of a drive, which stays when the command and its terminal are gone. */
public final class DriveLauncher {

    /** The system property with the file of the JVM's options for a drive. */
    private static final String OPTIONS = "aloft.drive.options";
    /** The system property with the file of the JVM's class cache for a drive. */
    private static final String CLASS_CACHE = "aloft.drive.cache";

    private static volatile boolean watching;

    private DriveLauncher() {}

    /** Whether a drive's process was started that goes on when this one ends. */
    public static boolean isWatching() {
        return watching;
    }

    /**
     * Returns when the drive answers.
     *
     * @param environment of the process
     * @throws Problem what it failed with
     */
    public static void start(DriveSpec spec, Folders folders, Map<String, String> environment,
            Starting starting)
            throws Problem, IOException {
        Path state = PrivateFiles.makeFolder(spec.drive().state(folders));
        Path errors = PrivateFiles.makeFolder(state.resolve("log")).resolve("stderr");
        Files.deleteIfExists(errors);
        PrivateFiles.write(errors, new byte[0]);
        ProcessBuilder builder = new ProcessBuilder(command(errors.resolveSibling("crash.log")))
                .directory(Path.of("/").toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("LC_ALL", "C.UTF-8"); // names of files beyond ASCII
        Process process = builder.start();
        var abandon = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(abandon);
        try (var in = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            try (var out = process.outputWriter(StandardCharsets.UTF_8)) {
                out.write(spec.write());
                out.write('\n');
            }
            if (!StartReport.read(in, starting)) {
                throw new Problem(Exit.FATAL, "The drive's process ended before it was mounted; see " + errors
                        + " and the log beside it.");
            }
            watching = true;
        } finally {
            Runtime.getRuntime().removeShutdownHook(abandon);
        }
    }

    private static List<String> command(Path crashLog) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String options = System.getProperty(OPTIONS);
        command.addAll(options == null
                ? List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
                : List.of("@" + options));
        String classes = System.getProperty(CLASS_CACHE);
        if (classes != null) {
            command.add("-XX:AOTCache=" + classes);
        }
        command.add("-XX:ErrorFile=" + crashLog.toString().replace("%", "%%"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "aloft.cli.Aloft", "drive"));
        return command;
    }
}
