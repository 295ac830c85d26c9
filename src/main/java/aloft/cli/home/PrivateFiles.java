package aloft.cli.home;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Files and folders that only their owner may read. */
public final class PrivateFiles {

    private PrivateFiles() {}

    /**
     * Makes the folder with what is above it where missing, so that a loss of power does not take it back, and takes it
     * from everyone else.
     *
     * @return the folder
     */
    public static Path makeFolder(Path folder) throws IOException {
        var owner = PosixFilePermissions.fromString("rwx------");
        make(folder, PosixFilePermissions.asFileAttribute(owner));
        if (!Files.getPosixFilePermissions(folder).equals(owner)) {
            Files.setPosixFilePermissions(folder, owner);
        }
        return folder;
    }

    private static void make(Path folder, FileAttribute<?> owner) throws IOException {
        Path above = folder.toAbsolutePath().getParent();
        if (above == null) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            make(above, owner);
            Files.createDirectories(folder, owner);
        }
        try {
            // also when it is there: who made it may not have come so far
            sync(above);
        } catch (AccessDeniedException e) {
            // made by somebody else, long ago
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /** The folder that a file is in. */
    public static Path folderOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    /** Writes the file whole: whoever reads it sees the old bytes or the new, also after a power cut. */
    public static void write(Path file, byte[] bytes) throws IOException {
        Path folder = makeFolder(folderOf(file));
        Path fresh = folder.resolve("." + file.getFileName() + "." + ProcessHandle.current().pid() + ".new");
        Files.deleteIfExists(fresh);
        try {
            try (FileChannel out = FileChannel.open(fresh,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
                out.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
        sync(folder);
    }

    /**
     * The bytes of a file, empty when there is none.
     *
     * @throws IOException also when it is larger than the limit
     */
    public static Optional<byte[]> read(Path file, int limit) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new IOException(file + " is larger than " + limit + " bytes.");
            }
            return Optional.of(bytes);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * A folder in a place that others may write to: makes it, or checks that it is ours alone.
     *
     * @throws IOException when somebody else owns it or may look into it
     */
    static Path claimFolder(Path folder, int user) throws IOException {
        try {
            Files.createDirectory(folder,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            int owner = (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            int mode = (Integer) Files.getAttribute(folder, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if (owner != user || (mode & 0170077) != 0040000) {
                throw new IOException(folder + " is not a private folder of yours. Remove it and try again.",
                        e);
            }
        }
        return folder;
    }
}
