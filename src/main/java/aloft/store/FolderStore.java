package aloft.store;

import aloft.failure.Failure;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A plain folder: a disk, a USB stick, a network share, or what another program carries to a cloud.
 *
 * <p>
 * An object is a file under its key. It is written under another name, synced, and then renamed or
 * linked to its own; the folder is synced too. What is not an object lies in {@code ~aloft}, a name that
 * no key can have. A version is the SHA-256 of the bytes.
 */
final class FolderStore implements Store {

    private static final int BUFFER = 64 * 1024;

    /** A file lock belongs to the whole process, so our own threads need a lock of their own before it. */
    private static final ReentrantLock LOCK = new ReentrantLock();

    private final Path root;
    private final FolderFiles files;

    /** @param make whether the folder itself is made when it is missing, by the first write */
    FolderStore(Path root, boolean make) {
        this(root, make, true);
    }

    /** @param links false to go without hard links even if the file system has them */
    FolderStore(Path root, boolean make, boolean links) {
        this.root = root.toAbsolutePath().normalize();
        this.files = new FolderFiles(this.root, make, links);
    }

    @Override
    public void put(String key, byte[] body) throws Failure, InterruptedIOException {
        translated(key, () -> files.write(path(key), body, this::move));
    }

    @Override
    public boolean putIfAbsent(String key, byte[] body) throws Failure, InterruptedIOException {
        return translated(key, () -> files.write(path(key), body, this::link));
    }

    @Override
    public boolean replace(String key, byte[] body, String version) throws Failure, InterruptedIOException {
        return translated(key, () -> files.write(path(key), body,
                (temporary, target) -> locked(() -> isVersion(target, version) && move(temporary, target))));
    }

    private boolean move(Path temporary, Path target) throws IOException {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    private boolean link(Path temporary, Path target) throws IOException {
        if (!files.canLink()) {
            return locked(() -> Files.notExists(target) && move(temporary, target));
        }
        try {
            Files.createLink(target, temporary);
            return true;
        } catch (FileAlreadyExistsException e) {
            // a network file system may have sent the call twice and tell the outcome of the second
            return Files.isSameFile(temporary, target);
        }
    }

    private static boolean isVersion(Path target, String version) throws IOException {
        if (Files.isDirectory(target)) {
            return false;
        }
        try (var in = Files.newInputStream(target)) {
            MessageDigest digest = Hashes.sha256();
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest()).equals(version);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Under a lock that all processes on this computer share. */
    private boolean locked(Step<Boolean> step) throws IOException {
        LOCK.lock();
        try (var channel = FileChannel.open(files.own("lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); var lock = channel.lock()) {
            return lock.isValid() && step.run();
        } finally {
            LOCK.unlock();
        }
    }

    @Override
    public Read get(String key, int limit) throws Failure, InterruptedIOException {
        return translated(key, () -> {
            try (var channel = open(key)) {
                long size = channel.size();
                if (size > limit) {
                    throw new Failure.Damaged("The object " + key + " in " + root + " has " + size
                            + " bytes, more than it may have.", null);
                }
                var bytes = ByteBuffer.allocate((int) size);
                while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                    // until all is there
                }
                if (bytes.hasRemaining()) {
                    throw tooShort(key);
                }
                return new Read(bytes.array(), Hashes.sha256Hex(bytes.array()));
            }
        });
    }

    @Override
    public void read(String key, long offset, int length, Sink sink)
            throws Failure, InterruptedIOException {
        Objects.checkFromIndexSize(offset, (long) length, Long.MAX_VALUE);
        translated(key, () -> {
            try (var channel = open(key)) {
                var buffer = ByteBuffer.allocate(Math.min(length, BUFFER));
                for (int done = 0; done < length;) {
                    int n = channel.read(buffer.clear().limit(Math.min(length - done, buffer.capacity())),
                            offset + done);
                    if (n < 0) {
                        throw tooShort(key);
                    }
                    sink.accept(buffer.array(), 0, n);
                    done += n;
                }
            }
            return true;
        });
    }

    private FileChannel open(String key) throws IOException {
        Path path = path(key);
        if (Files.isDirectory(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    private Failure.Damaged tooShort(String key) {
        return new Failure.Damaged("The object " + key + " in " + root + " is too short.", null);
    }

    @Override
    public void list(String prefix, Listing to) throws Failure, InterruptedIOException {
        translated(prefix, () -> {
            files.checkRoot();
            files.list(Keys.checkPrefix(prefix), to);
            return true;
        });
    }

    @Override
    public void delete(String key) throws Failure, InterruptedIOException {
        translated(key, () -> {
            Path path = path(key);
            files.checkRoot();
            return !Files.isDirectory(path) && Files.deleteIfExists(path);
        });
    }

    @Override
    public Space space() throws Failure, InterruptedIOException {
        return translated("", () -> {
            // Files.getFileStore would not find the disk in a changed root (chroot)
            File disk = root.toFile();
            if (disk.getTotalSpace() == 0) {
                throw new NoSuchFileException(root.toString());
            }
            return new Space(disk.getTotalSpace(), disk.getTotalSpace() - disk.getUsableSpace());
        });
    }

    /** A file system without hard links is likely a share where a lock tells nothing to other computers. */
    @Override
    public Promise promise() throws Failure, InterruptedIOException {
        return translated("", files::canLink) ? Promise.ATOMIC : Promise.NONE;
    }

    @Override
    public String toString() {
        return root.toString();
    }

    @Override
    public void close() {
        // nothing is held open
    }

    private Path path(String key) {
        return root.resolve(Keys.check(key));
    }

    private <T> T translated(String key, Step<T> step) throws Failure, InterruptedIOException {
        try {
            if (Thread.interrupted()) {
                throw new InterruptedIOException("interrupted");
            }
            return step.run();
        } catch (Failure | InterruptedIOException e) {
            throw e;
        } catch (ClosedByInterruptException | FileLockInterruptionException e) {
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        } catch (IOException | ReadOnlyFileSystemException e) {
            throw failure(key, e);
        }
    }

    private Failure failure(String key, Exception e) {
        if (!Files.isDirectory(root)) {
            return files.missingRoot();
        }
        String reason = e instanceof FileSystemException f && f.getReason() != null
                ? f.getReason()
                : String.valueOf(e.getMessage());
        return switch (e) {
            case NoSuchFileException _ -> missing(key);
            case IOException _ when reason.equals("Not a directory") -> missing(key);
            case AccessDeniedException _,ReadOnlyFileSystemException _ -> new Failure.Refused(
                    "This user may not do that in " + root + ": change the folder's permissions.", e);
            case IOException _ when reason.contains("No space left")
                    || reason.contains("quota exceeded") ->
                new Failure.Full(
                        "The disk of " + root + " is full.", e);
            default -> new Failure.Unreachable(root + " cannot be used at present: " + reason, e);
        };
    }

    private Failure missing(String key) {
        return new Failure.Missing("There is no object " + key + " in " + root + ".");
    }

    @FunctionalInterface
    private interface Step<T> {
        T run() throws IOException;
    }
}
