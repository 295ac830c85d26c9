package aloft.state;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A main method in a process of its own that says in lines what it has done, and can be killed. */
final class ChildProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader lines;

    ChildProcess(Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        lines = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
    }

    /** Null at the end. */
    @Nullable
    String line() throws IOException {
        return lines.readLine();
    }

    /** As by kill -9; returns when it is gone. */
    void kill() {
        // by its handle, which leaves what it said readable
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
