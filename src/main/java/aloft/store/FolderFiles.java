package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How the files of a {@link FolderStore} are written durably, and found. */
final class FolderFiles {

    /** Holds the lock and files that are being written. No key can have this name. */
    private static final String OWN = "~aloft";
    private static final String TEMPORARY = "new-";

    /** A file being written that is older than this was left by a crash. */
    private static final Duration LEFT_OVER = Duration.ofDays(1);

    /** Far above the depth of any key. */
    private static final int MAX_DEPTH = 100;

    private final Path root;
    private final boolean make;

    /** Folders that are known to be there durably. */
    private final Set<Path> folders = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Boolean canLink;

    /** @param links false to go without hard links */
    FolderFiles(Path root, boolean make, boolean links) {
        this.root = root;
        this.make = make;
        this.canLink = links ? null : false;
    }

    /** Gives the written file its name; false when the name belongs to another by now. */
    @FunctionalInterface
    interface Naming {
        boolean name(Path temporary, Path target) throws IOException;
    }

    boolean write(Path target, byte[] body, Naming naming) throws IOException {
        try {
            return writeOnce(target, body, naming);
        } catch (NoSuchFileException e) {
            // somebody took a folder away that we know: make it again
            folders.clear();
            return writeOnce(target, body, naming);
        }
    }

    private boolean writeOnce(Path target, byte[] body, Naming naming) throws IOException {
        Path folder = parent(target);
        makeFolder(folder);
        Path temporary = own(TEMPORARY + UUID.randomUUID());
        try {
            try (var channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(body);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            if (!naming.name(temporary, target)) {
                return false;
            }
            sync(folder);
            return true;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A path of our own, in a folder that is there. */
    Path own(String name) throws IOException {
        Path own = root.resolve(OWN);
        if (makeFolder(own)) {
            clear(own);
        }
        return own.resolve(name);
    }

    /** Whether the file system has hard links, which is how a name is claimed. Tried once. */
    boolean canLink() throws IOException {
        Boolean known = canLink;
        if (known == null) {
            known = tryLink();
            canLink = known;
        }
        return known;
    }

    private boolean tryLink() throws IOException {
        Path one = Files.createFile(own(TEMPORARY + UUID.randomUUID()));
        Path two = own(TEMPORARY + UUID.randomUUID());
        try {
            Files.createLink(two, one);
            return true;
        } catch (UnsupportedOperationException | FileSystemException e) {
            return false;
        } finally {
            Files.deleteIfExists(two);
            Files.deleteIfExists(one);
        }
    }

    /** @return false when it was known already */
    private boolean makeFolder(Path folder) throws IOException {
        if (folders.contains(folder)) {
            return false;
        }
        if (folder.equals(root)) {
            makeRoot();
        } else {
            Path parent = parent(folder);
            makeFolder(parent);
            try {
                Files.createDirectory(folder);
            } catch (FileAlreadyExistsException e) {
                // synced all the same: who made it may not have come so far
            }
            sync(parent);
        }
        return folders.add(folder);
    }

    private void makeRoot() throws IOException {
        if (make) {
            makeMissing(root.toAbsolutePath());
        }
        checkRoot();
    }

    private static void makeMissing(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            makeMissing(parent(folder));
            Files.createDirectories(folder);
            sync(parent(folder));
        }
    }

    /** A folder that is gone is a disk that is not plugged in, not an empty store. */
    void checkRoot() throws Failure {
        if (!make && !Files.isDirectory(root)) {
            throw missingRoot();
        }
    }

    Failure missingRoot() {
        if (Files.exists(root)) {
            return new Failure.Refused(root + " is not a folder: name one.", null);
        }
        String message = "The folder " + root + " is not there: is its disk plugged in and mounted?";
        return make ? new Failure.Missing(message) : new Failure.Unreachable(message, null);
    }

    private void clear(Path own) throws IOException {
        Instant old = Instant.now().minus(LEFT_OVER);
        try (var names = Files.newDirectoryStream(own, TEMPORARY + "*")) {
            for (Path name : names) {
                if (Files.getLastModifiedTime(name).toInstant().isBefore(old)) {
                    Files.deleteIfExists(name);
                }
            }
        } catch (NoSuchFileException e) {
            // its writer was quicker
        }
    }

    private static void sync(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Tells all objects under the prefix; what has not the form of a key is passed over. */
    void list(String prefix, Store.Listing to) throws IOException {
        Path from = root.resolve(prefix);
        if (!Files.isDirectory(from)) {
            return;
        }
        Files.walkFileTree(from, Set.of(), MAX_DEPTH,
                new Walk(prefix, from, to));
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }

    private static final class Walk extends SimpleFileVisitor<Path> {

        private final String prefix;
        private final Path from;
        private final Store.Listing to;

        Walk(String prefix, Path from, Store.Listing to) {
            this.prefix = prefix;
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return folder.equals(from) || Keys.isSegment(folder.getFileName().toString())
                    ? FileVisitResult.CONTINUE
                    : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws InterruptedIOException {
            if (Thread.interrupted()) {
                throw new InterruptedIOException("interrupted");
            }
            String key = prefix + from.relativize(file);
            if (attributes.isRegularFile() && Keys.isKey(key)) {
                to.accept(new Store.Listed(key, attributes.size(),
                        attributes.lastModifiedTime().toMillis()));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }
    }
}
