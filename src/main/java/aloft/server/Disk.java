package aloft.server;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The files below the root. Follows no symbolic link below it and shows none. Each change is atomic on the
 * disk; those that say so are durable when they return. Thread safe; who needs more than one step in one
 * piece holds the {@link PathLocks}.
 */
final class Disk {

    private final Path root;
    private final Scratch scratch;
    private final InstantSource clock;
    /** Nanoseconds since 1970; each object gets a time of its own, which makes its ETag. */
    private final AtomicLong lastStamp = new AtomicLong();

    Disk(Path root, Scratch scratch, InstantSource clock) {
        this.root = root;
        this.scratch = scratch;
        this.clock = clock;
    }

    Scratch scratch() {
        return scratch;
    }

    Path root() {
        return root;
    }

    Path file(DavPath path) {
        return path.isRoot() ? root : root.resolve(String.join("/", path.names()));
    }

    /** Empty when there is nothing, or something that is neither a file nor a folder. */
    Optional<Entry> entry(DavPath path) throws IOException {
        Path folder = root;
        for (String name : path.parent().names()) {
            folder = folder.resolve(name);
            if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
        }
        return entryWithoutParents(path);
    }

    /** The same for a path whose parent is known to be a folder. */
    Optional<Entry> entryWithoutParents(DavPath path) throws IOException {
        Path file = file(path);
        BasicFileAttributes stat;
        try {
            stat = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (!stat.isDirectory() && !stat.isRegularFile()) {
            return Optional.empty();
        }
        long size = stat.isDirectory() ? 0 : stat.size();
        return Optional
                .of(new Entry(path, file, stat.isDirectory(), size, stat.lastModifiedTime().toInstant(),
                        stat.creationTime().toInstant(), etag(stat)));
    }

    boolean isFolder(DavPath path) throws IOException {
        return entry(path).filter(Entry::folder).isPresent();
    }

    /** True when a link or a special file lies there, which is not ours to show or to replace. */
    boolean isForeign(DavPath path) throws IOException {
        return Files.exists(file(path), NOFOLLOW_LINKS) && entry(path).isEmpty();
    }

    /** Gives a finished file its time and makes its bytes durable. */
    void finish(Path file, FileChannel channel) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(stamp(), TimeUnit.NANOSECONDS));
        channel.force(true);
    }

    /** Moves a finished file or folder to a path, replacing a file there; durable. */
    void publish(Path finished, DavPath at) throws IOException {
        Path file = file(at);
        Files.move(finished, file, StandardCopyOption.ATOMIC_MOVE);
        Private.sync(parentOf(file));
    }

    /**
     * Moves a finished file to a path where nothing may be, also as other processes see it; durable.
     *
     * @return false when something is there
     */
    boolean publishNew(Path finished, DavPath at) throws IOException {
        Path file = file(at);
        try {
            Files.createLink(file, finished);
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            return publishNewWithoutLinks(finished, at);
        }
        Files.delete(finished);
        Private.sync(parentOf(file));
        return true;
    }

    /** Takes what is at the path out of the tree into {@link Scratch}, durably, and returns where it is now. */
    Path takeOut(DavPath path) throws IOException {
        Path to = scratch.fresh();
        Path file = file(path);
        Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
        Private.sync(parentOf(file));
        return to;
    }

    /** Durable. */
    void makeFolder(DavPath path) throws IOException {
        Path folder = file(path);
        Files.createDirectory(folder, Private.FOLDER);
        Private.sync(parentOf(folder));
    }

    /** Makes durable that something was moved away. */
    void syncParent(DavPath path) throws IOException {
        Private.sync(parentOf(file(path)));
    }

    /** The time alone tells the objects of one process apart; the rest those of several, and of coarse clocks. */
    private static String etag(BasicFileAttributes stat) {
        return "\"" + Long.toHexString(stat.lastModifiedTime().to(TimeUnit.NANOSECONDS)) + "-"
                + Long.toHexString(stat.size()) + "-" + Integer.toHexString(Objects.hashCode(stat.fileKey()))
                + "\"";
    }

    private long stamp() {
        Instant now = clock.instant();
        long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return lastStamp.updateAndGet(last -> Math.max(last + 1, nanos));
    }

    /** On file systems without hard links: keeps only this process from replacing what is there. */
    private boolean publishNewWithoutLinks(Path finished, DavPath at) throws IOException {
        if (Files.exists(file(at), NOFOLLOW_LINKS)) {
            return false;
        }
        publish(finished, at);
        return true;
    }

    private Path parentOf(Path file) {
        Path parent = file.getParent();
        return parent == null ? root : parent;
    }
}
