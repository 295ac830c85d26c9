package aloft.mount;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Drives whose process was killed: their folders answer nothing but "Transport endpoint is not
 * connected", or hang with everyone who touches them.
 *
 * <p>
 * Each mount leaves a mark, a file that names its process. A dead mount is found by it without being
 * touched. Without a mark, a program of the system touches it, which can be given up when it hangs.
 */
public final class StaleMounts {

    private static final System.Logger LOG = System.getLogger(StaleMounts.class.getName());
    private static final int PATIENCE_SECONDS = 5;

    private StaleMounts() {}

    /**
     * Frees a folder from a mount that nobody answers for. All who wait for the drive get an error.
     *
     * @param marksFolder as in {@link MountOptions}
     * @return whether there was one
     */
    public static boolean clear(Path folder, Path marksFolder) throws IOException, InterruptedException {
        boolean found = false;
        for (Optional<MountTable.Entry> at = aloftAt(folder); at.isPresent(); at = aloftAt(folder)) {
            Connection connection = new Connection(at.get().connection());
            if (!isDead(folder, mark(marksFolder, connection))) {
                return found;
            }
            LOG.log(Level.INFO, "{0} is still mounted though its process has ended: unmounting it.", folder);
            connection.abort();
            Fusermount.unmount(folder, true);
            Files.deleteIfExists(mark(marksFolder, connection));
            found = true;
        }
        return found;
    }

    private static Optional<MountTable.Entry> aloftAt(Path folder) throws IOException {
        return MountTable.read().at(folder).filter(MountTable.Entry::isAloft);
    }

    private static boolean isDead(Path folder, Path mark) throws IOException, InterruptedException {
        try {
            return ServingProcess.parse(Files.readString(mark, StandardCharsets.ISO_8859_1)).isGone();
        } catch (NoSuchFileException e) {
            return isDisconnected(folder);
        }
    }

    /** Whether the kernel says that the process has closed its end; asks for what it keeps no copy of. */
    private static boolean isDisconnected(Path folder) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("stat", "--file-system", "--", folder.toString());
        builder.environment().put("LC_ALL", "C");
        Process stat = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (!stat.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            stat.destroyForcibly();
            return false;
        }
        String said = new String(stat.getErrorStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return said.contains("not connected");
    }

    /** Says that this process answers for the mount. */
    static Path leaveMark(Path marksFolder, Connection connection) throws IOException {
        Files.createDirectories(marksFolder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Files.writeString(mark(marksFolder, connection), ServingProcess.self().toString());
    }

    private static Path mark(Path marksFolder, Connection connection) {
        return marksFolder.resolve("mount-" + connection.number());
    }
}
