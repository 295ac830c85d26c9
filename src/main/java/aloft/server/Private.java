package aloft.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and folders that nobody but the owner may read. */
final class Private {

    static final FileAttribute<?> FILE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    static final FileAttribute<?> FOLDER = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private Private() {}

    /** Makes the folder if it is not there; its parent must be. */
    static void folder(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, FOLDER);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    /** Makes the folder with what is above it where missing, so that a loss of power does not take it back. */
    static void folders(Path folder) throws IOException {
        Path above = folder.toAbsolutePath().getParent();
        if (above == null || Files.isDirectory(folder)) {
            return;
        }
        folders(above);
        folder(folder);
        sync(above);
    }

    /** A new file, open for reading and writing. */
    static FileChannel newFile(Path file) throws IOException {
        return FileChannel.open(file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ),
                FILE);
    }

    /** Makes what was renamed, linked, made or deleted in the folder durable. */
    static void sync(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
