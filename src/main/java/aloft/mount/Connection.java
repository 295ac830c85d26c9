package aloft.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The kernel's end of a mount, by its number. */
final class Connection {

    private static final Path ALL = Path.of("/sys/fs/fuse/connections");

    private final long number;

    Connection(long number) {
        this.number = number;
    }

    /** @throws NoSuchFileException when nothing is mounted there */
    static Connection of(Path folder) throws IOException {
        return new Connection(MountTable.read()
                .at(folder)
                .orElseThrow(
                        () -> new NoSuchFileException(folder.toString(), null, "nothing is mounted there"))
                .connection());
    }

    long number() {
        return number;
    }

    /**
     * Ends the connection: all who wait for an answer get an error. It is the only thing that helps when
     * the process that should answer has been killed in the middle of telling the kernel something and
     * the kernel waits for that very process. Does nothing when the connection has ended.
     */
    void abort() throws IOException {
        if (hasEntries(ALL)) {
            abort(ALL);
            return;
        }
        Path control = Files.createTempDirectory("aloft-fusectl-");
        try {
            if (run("mount", "-t", "fusectl", "fusectl", control.toString())) {
                try {
                    abort(control);
                } finally {
                    run("umount", "-l", control.toString());
                }
            }
        } finally {
            Files.deleteIfExists(control);
        }
    }

    private void abort(Path connections) throws IOException {
        try {
            Files.writeString(connections.resolve(Long.toString(number)).resolve("abort"), "1");
        } catch (NoSuchFileException e) {
            return;
        }
    }

    /** Containers often lack it, and root can look all the same. */
    private static boolean hasEntries(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (var some = Files.list(folder)) {
            return some.findAny().isPresent();
        }
    }

    private static boolean run(String... command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
