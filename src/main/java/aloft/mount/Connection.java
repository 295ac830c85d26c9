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
        if (!Files.exists(ALL.resolve(Long.toString(number)))) {
            mountControl();
        }
        try {
            Files.writeString(ALL.resolve(Long.toString(number)).resolve("abort"), "1");
        } catch (NoSuchFileException e) {
            return;
        }
    }

    /** Root makes the folder of connections appear where the system's start did not. */
    private static void mountControl() throws IOException {
        try (var some = Files.list(ALL)) {
            if (some.findAny().isPresent()) {
                return;
            }
        }
        var mount = new ProcessBuilder("mount", "-t", "fusectl", "fusectl", ALL.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            mount.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
