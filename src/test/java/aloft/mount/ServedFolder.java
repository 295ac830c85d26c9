package aloft.mount;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link MemoryMount} at a folder, in a process of its own. */
final class ServedFolder implements Closeable {

    private final Path parent;
    private final Path folder;
    private final Path marks;
    private final String library;
    private final Process process;
    private final BufferedReader said;
    private final List<Process> callers = new ArrayList<>();

    /** @param parent where the mount point goes */
    ServedFolder(Path parent, String... more) throws IOException {
        this.parent = parent;
        folder = Files.createDirectory(parent.resolve("mnt"));
        marks = parent.resolve("marks");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx256m",
                "-cp", System.getProperty("java.class.path"), MemoryMount.class.getName(),
                folder.toString(), marks.toString()));
        command.addAll(List.of(more));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        said = process.inputReader();
        library = awaitLine();
        if (!library.startsWith("ready")) {
            throw new IOException("no mount");
        }
    }

    /** Which FUSE library runs. */
    String library() {
        return library;
    }

    Path folder() {
        return folder;
    }

    Path marks() {
        return marks;
    }

    /** What the process prints next. */
    String awaitLine() throws IOException {
        String line = said.readLine();
        return line == null ? "" : line;
    }

    /** Changes the drive as another device would: see {@link MemoryMount}. */
    void command(String line) throws IOException {
        BufferedWriter in = process.outputWriter();
        in.write(line + "\n");
        in.flush();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The process, which a kill may not end at once. */
    Process process() {
        return process;
    }

    /** Starts a program; it ends with this object at the latest. */
    Process start(String... command) throws IOException {
        var builder = new ProcessBuilder(command).directory(parent.toFile())
                .redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process caller = builder.start();
        callers.add(caller);
        return caller;
    }

    /** Runs lines of sh in the folder that holds "mnt"; what they print, one char for each byte. */
    String sh(String lines) throws IOException, InterruptedException {
        Process shell = start("sh", "-c", lines);
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        shell.waitFor();
        return printed.strip();
    }

    @Override
    public void close() throws IOException {
        try {
            if (process.isAlive()) {
                callers.forEach(Process::destroyForcibly);
                Fusermount.unmount(folder, true);
                process.destroyForcibly().waitFor();
            }
            StaleMounts.clear(folder, marks);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
