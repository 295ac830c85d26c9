package aloft.mount;

import java.nio.file.Path;
import java.time.InstantSource;

/** Mounts a drive in memory until it is unmounted: for measurements and for tests that kill it. */
public final class MemoryMount {

    private MemoryMount() {}

    /** @param arguments the folder, and a folder for marks */
    public static void main(String[] arguments) throws Exception {
        var options = new MountOptions("memory", false, Path.of(arguments[1]));
        var drive = new MemoryDrive(InstantSource.system());
        try (var mount = Mount.start(drive, Path.of(arguments[0]), options)) {
            System.out.println("ready " + mount.library());
            mount.awaitEnd();
        }
    }
}
