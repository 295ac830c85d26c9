package aloft.cache;

import aloft.format.ObjectId;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this device keeps of the cloud: ciphertext of objects on the disk, decrypted segments in memory. Safe
 * for many threads.
 *
 * <p>
 * Nothing depends on it: what it has may go at any time, unless it is pinned, and what cannot be written is
 * not there. Objects never change, so that it never has anything old. What is on the disk is as it lies in the
 * store and is verified by who decrypts it. No method throws for a fault of the disk.
 */
public final class Cache implements Closeable {

    private static final System.Logger LOG = System.getLogger(Cache.class.getName());

    private final Path folder;
    private final OpenFiles files;
    private final Index index;
    private final Inventory inventory;
    private final Room room;
    private final ClearSegments segments;
    private final LongAdder used = new LongAdder();
    private final @Nullable Thread sweeper;

    /** Keeps an object from being evicted until it is closed. */
    public interface Use extends AutoCloseable {
        @Override
        void close();
    }

    private Cache(Path folder, CacheLimits limits, DiskSpace space, LongSupplier nanoTime,
            OpenFiles.Opener opener)
            throws IOException {
        this.folder = folder;
        files = new OpenFiles(folder, limits.files(), opener);
        Index.Loaded loaded = Index.open(folder.resolve("index"));
        index = loaded.index();
        inventory = new Inventory(limits.disk(), nanoTime, this::clear);
        room = new Room(inventory, space, limits.disk());
        segments = new ClearSegments(limits.memory());
        loaded.objects().values().forEach(has -> used.add(has.bytes()));
        inventory.load(loaded.objects());
        sweeper = loaded.clean() ? null : Thread.ofVirtual().name("cache-sweep").start(this::sweep);
    }

    /** Opens the cache in the folder, which is made when there is none. One process at a time. */
    public static Cache open(Path folder, CacheLimits limits) throws IOException {
        return open(folder, limits, DiskSpace.of(folder), System::nanoTime);
    }

    public static Cache open(Path folder, CacheLimits limits, DiskSpace space, LongSupplier nanoTime)
            throws IOException {
        return open(folder, limits, space, nanoTime, FileChannel::open);
    }

    static Cache open(Path folder, CacheLimits limits, DiskSpace space, LongSupplier nanoTime,
            OpenFiles.Opener opener) throws IOException {
        Files.createDirectories(folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new Cache(folder, limits, space, nanoTime, opener);
    }

    // ---- ciphertext on the disk

    /** Fills {@code to[at…]} with the object's bytes from {@code offset} on; false when the disk has not all of them. */
    public boolean read(ObjectId id, int offset, byte[] to, int at, int length) {
        CachedObject object = inventory.findOrNull(id);
        if (object == null) {
            return false;
        }
        int epoch = object.epoch();
        if (!object.has().contains(offset, offset + length)) {
            return false;
        }
        inventory.wanted(object);
        try {
            if (files.read(id, offset, to, at, length)) {
                return object.epoch() == epoch;
            }
        } catch (ClosedByInterruptException e) {
            return false;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot read from the cache", e);
        }
        if (object.epoch() == epoch) {
            drop(id);
        }
        return false;
    }

    /**
     * Writes what of the range is not here yet.
     *
     * @return false when there is no room for it, or the disk does not take it
     */
    public boolean write(ObjectId id, int offset, byte[] bytes, int from, int length) {
        CachedObject object = inventory.use(id);
        try {
            return object.has().contains(offset, offset + length)
                    || room.make(length) && (put(object, offset, bytes, from, length)
                            || retry(object, offset, bytes, from, length));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot write to the cache", e);
            return false;
        } finally {
            inventory.release(object);
        }
    }

    /** Writes the range also where something is here already: what is there was found to be wrong. */
    public void replace(ObjectId id, int offset, byte[] bytes, int from, int length) {
        CachedObject object = inventory.use(id);
        try {
            boolean fits = room.make(length);
            synchronized (object) {
                cut(object, offset, offset + length);
                if (fits) {
                    put(object, offset, bytes, from, length);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot write to the cache", e);
        } finally {
            inventory.release(object);
        }
    }

    private boolean retry(CachedObject object, int offset, byte[] bytes, int from, int length) {
        if (Thread.currentThread().isInterrupted()) {
            return false;
        }
        room.full(length);
        return put(object, offset, bytes, from, length);
    }

    private boolean put(CachedObject object, int offset, byte[] bytes, int from, int length) {
        synchronized (object) {
            try {
                for (Range part : object.has().missing(offset, offset + length)) {
                    files.write(object.id, part.from(), bytes, from + part.from() - offset, part.length());
                    object.add(part.from(), part.to());
                    used.add(part.length());
                    index.has(object.id, part.from(), part.to());
                }
                index.shorten(inventory::each);
                return true;
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "cannot write to the cache", e);
                deleteWhenUnused(object);
                return false;
            }
        }
    }

    private void deleteWhenUnused(CachedObject object) {
        synchronized (object) {
            if (object.has().isEmpty()) {
                try {
                    files.delete(object.id);
                } catch (IOException e) {
                    LOG.log(Level.DEBUG, "cannot delete a file of the cache", e);
                }
            }
        }
    }

    /** How many bytes of the range are here. */
    public int present(ObjectId id, int offset, int length) {
        CachedObject object = inventory.findOrNull(id);
        return object == null ? 0 : object.has().overlap(offset, offset + length);
    }

    /** What of the range is not here, in order. */
    public List<Range> missing(ObjectId id, int offset, int length) {
        CachedObject object = inventory.findOrNull(id);
        return (object == null ? Ranges.NONE : object.has()).missing(offset, offset + length);
    }

    /** Gives up all of an object, also when it is pinned. */
    public void drop(ObjectId id) {
        segments.drop(id);
        CachedObject object = inventory.use(id);
        try {
            clear(object);
        } finally {
            inventory.release(object);
        }
    }

    /** Gives up a range that begins where a segment does, also when it is pinned. */
    public void drop(ObjectId id, int offset, int length) {
        segments.drop(id, offset, offset + length);
        CachedObject object = inventory.use(id);
        try {
            cut(object, offset, offset + length);
        } finally {
            inventory.release(object);
        }
    }

    private void cut(CachedObject object, int from, int to) {
        synchronized (object) {
            int lost = object.has().overlap(from, to);
            if (lost == object.has().bytes()) {
                clear(object);
                return;
            }
            if (lost > 0) {
                object.remove(from, to);
                used.add(-lost);
                try {
                    index.lacks(object.id, from, to);
                    Holes.punch(files.path(object.id), from, to - from);
                } catch (IOException e) {
                    LOG.log(Level.DEBUG, "cannot free a part of a file in the cache", e);
                }
            }
        }
    }

    private void clear(CachedObject object) {
        synchronized (object) {
            int lost = object.has().bytes();
            if (lost > 0) {
                object.remove(0, Integer.MAX_VALUE - 1);
                used.add(-lost);
                try {
                    index.gone(object.id);
                    files.delete(object.id);
                } catch (IOException e) {
                    LOG.log(Level.DEBUG, "cannot delete a file of the cache", e);
                }
            }
        }
    }

    /** Keeps an object that is being read or written from being evicted. */
    public Use use(ObjectId id) {
        CachedObject object = inventory.use(id);
        return () -> inventory.release(object);
    }

    /**
     * Never evicts the object from now on, until every range of it that was pinned is unpinned. Not remembered over a restart;
     * the same range twice counts once.
     */
    public void pin(ObjectId id, int offset, int length) {
        inventory.pin(id, offset, offset + length);
    }

    public void unpin(ObjectId id, int offset, int length) {
        inventory.unpin(id, offset, offset + length);
    }

    /** Bytes of ciphertext on the disk, with what is pinned or in use. */
    public long used() {
        return used.sum();
    }

    /** Bytes of it that are neither pinned nor in use. */
    public long evictable() {
        return inventory.evictable();
    }

    /** Bytes that may be on the disk besides what is pinned or in use. */
    public long limit() {
        return room.limit();
    }

    /** Evicts what is too much before it returns. */
    public void setLimit(long bytes) {
        room.setLimit(bytes);
    }

    // ---- decrypted segments in memory

    /** The segment whose ciphertext lies at the offset; not to be changed. */
    public byte @Nullable [] segmentOrNull(ObjectId id, int offset) {
        return segments.getOrNull(id, offset);
    }

    /** @param plain not changed by anybody from now on */
    public void keepSegment(ObjectId id, int offset, byte[] plain) {
        segments.put(id, offset, plain);
    }

    // ---- beginning and end

    /** Deletes files that the index does not know, after an end that came too early. */
    private void sweep() {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder, "[0-9a-f][0-9a-f]")) {
            for (Path each : folders) {
                sweep(each);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(Level.DEBUG, "cannot look through the cache", e);
        }
    }

    /** Returns when what an earlier end left behind has been looked through. */
    void awaitSweep() throws InterruptedException {
        if (sweeper != null) {
            sweeper.join();
        }
    }

    private void sweep(Path part) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(part)) {
            for (Path file : entries) {
                if (Thread.interrupted()) {
                    throw new InterruptedIOException("interrupted");
                }
                String name = String.valueOf(file.getFileName());
                if (!name.matches("[0-9a-f]{32}")) {
                    continue;
                }
                ObjectId id = ObjectId.parse(name);
                CachedObject object = inventory.use(id);
                try {
                    deleteWhenUnused(object);
                } finally {
                    inventory.release(object);
                }
            }
        }
    }

    /** Writes down what there is. Nothing may use the cache any more. */
    @Override
    public void close() throws IOException {
        try (files) {
            if (sweeper != null) {
                sweeper.interrupt();
                awaitSweep(); // or it would delete what the next cache in the folder writes
            }
            index.close(inventory::eachColdestFirst);
        } catch (InterruptedException e) {
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }
}
