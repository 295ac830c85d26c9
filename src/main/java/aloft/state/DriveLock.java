package aloft.state;

import aloft.failure.Failure;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Holds a folder for one drive: no other process, and nothing else in this one, gets it until it is closed or the
 * process ends, however it ends.
 */
public final class DriveLock implements Closeable {

    private static final String NAME = "lock";

    private final int descriptor;
    private boolean closed;

    private DriveLock(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Takes the lock of a folder, which is made when there is none.
     *
     * @throws Failure.Refused when somebody has it
     */
    public static DriveLock lock(Path folder) throws IOException {
        var disk = new LocalDisk();
        disk.makeFolder(folder);
        Path file = folder.resolve(NAME);
        int descriptor = Posix.open(file, Posix.O_RDWR | Posix.O_CREAT);
        boolean locked = false;
        try {
            // flock, not fcntl: the lock belongs to this descriptor, and closing another one does not drop it
            locked = Posix.lock(descriptor);
            if (!locked) {
                throw new Failure.Refused("This drive is already mounted" + holder(file)
                        + ". Unmount it first: aloft unmount", null);
            }
            Files.writeString(file, Long.toString(ProcessHandle.current().pid()));
            return new DriveLock(descriptor);
        } finally {
            if (!locked) {
                Posix.close(descriptor);
            }
        }
    }

    private static String holder(Path file) throws IOException {
        byte[] text = Files.readAllBytes(file);
        String pid = new String(text, 0, Math.min(text.length, 20), StandardCharsets.US_ASCII);
        return pid.matches("[0-9]+") ? " by process " + pid : "";
    }

    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            Posix.close(descriptor);
        }
    }
}
