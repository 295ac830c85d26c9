package aloft.desktop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** A file for each secret that only its owner may read. */
final class SecretFiles implements Keeper {

    private final Path folder;

    SecretFiles(Path folder) {
        this.folder = folder;
    }

    @Override
    public Optional<char[]> find(String drive, Purpose purpose) throws IOException {
        try (var in = Files.newInputStream(file(drive, purpose))) {
            byte[] bytes = in.readNBytes(SecretText.MAX_BYTES + 1);
            try {
                return Optional.of(SecretText.decode(bytes));
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public String keep(String drive, Purpose purpose, char[] secret) throws IOException {
        Files.createDirectories(folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = file(drive, purpose);
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        byte[] bytes = SecretText.encode(secret);
        try (FileChannel out = FileChannel.open(fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
        return "the file " + file + ", which only you can read";
    }

    @Override
    public void forget(String drive, Purpose purpose) throws IOException {
        Files.deleteIfExists(file(drive, purpose));
    }

    private Path file(String drive, Purpose purpose) {
        return folder.resolve(drive + "." + purpose.word());
    }
}
