package aloft.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The hidden folder on the root's file system: what is not finished yet, what is being deleted, and the
 * dead properties. Thread safe.
 *
 * <p>
 * Several processes may serve one root. Each has a folder of its own in here and holds a lock while it
 * lives; opening deletes the folders whose process is gone. The hidden folder's name is not canonical, so no
 * {@link DavPath} leads to it.
 */
final class Scratch implements Closeable {

    static final String NAME = ".%server";

    private static final String LOCK = ".lock";

    private final Path hidden;
    private final Path own;
    private final FileChannel lock;
    private final AtomicLong next = new AtomicLong();

    private Scratch(Path hidden, Path own, FileChannel lock) {
        this.hidden = hidden;
        this.own = own;
        this.lock = lock;
    }

    static Scratch open(Path root) throws IOException {
        Path hidden = root.resolve(NAME);
        Private.folder(hidden);
        synchronized (Scratch.class) { // file locks part processes, not threads
            try (var all = lockFile(hidden.resolve("all" + LOCK)); var _ = all.lock()) {
                removeLeftovers(hidden);
                Path own = hidden.resolve(UUID.randomUUID().toString());
                FileChannel lock = lockFile(hidden.resolve(own.getFileName() + LOCK));
                lock.lock();
                Private.folder(own);
                return new Scratch(hidden, own, lock);
            }
        }
    }

    /** A path of which nothing exists yet. */
    Path fresh() {
        return own.resolve(Long.toHexString(next.getAndIncrement()));
    }

    /** Where the dead properties lie; may not exist. */
    Path properties() {
        return hidden.resolve("properties");
    }

    /** Deletes a file or a folder with all it holds, if it is there, following no links. */
    static void deleteTree(Path top) throws IOException {
        Walk.filesThenFolders(top, (file, attributes) -> Files.deleteIfExists(file));
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            deleteTree(own);
            Files.deleteIfExists(hidden.resolve(own.getFileName() + LOCK));
        }
    }

    private static void removeLeftovers(Path hidden) throws IOException {
        List<String> owners = new ArrayList<>();
        try (var files = Files.newDirectoryStream(hidden, "*-*" + LOCK)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                owners.add(name.substring(0, name.length() - LOCK.length()));
            }
        }
        for (String owner : owners) {
            Path file = hidden.resolve(owner + LOCK);
            try (var channel = lockFile(file); var held = lockOrNull(channel)) {
                if (held != null) {
                    deleteTree(hidden.resolve(owner));
                    Files.delete(file);
                }
            } catch (NoSuchFileException e) {
                // its process has just ended and cleaned up itself
            }
        }
    }

    private static FileChannel lockFile(Path file) throws IOException {
        return FileChannel.open(file, java.util.Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                Private.FILE);
    }

    private static @Nullable FileLock lockOrNull(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // a server of this very process
        }
    }
}
