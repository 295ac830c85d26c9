package aloft.cache;

import aloft.format.ObjectId;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The files of the cache, one for each object, the least recently used ones closed. Safe for many threads.
 *
 * <p>
 * A channel is closed under everybody's hands when one of its users is interrupted, so the others open it
 * again.
 */
final class OpenFiles implements Closeable {

    /** So much at once: the JDK keeps a buffer outside of the heap of this size for each thread. */
    private static final int STEP = 1 << 18;
    private static final Set<OpenOption> EXISTING = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final Set<OpenOption> MADE = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE,
            StandardOpenOption.CREATE);

    private final Path folder;
    private final int most;
    private final Opener opener;
    private final ReentrantLock lock = new ReentrantLock();
    @GuardedBy("lock")
    private final Map<ObjectId, OpenFile> open = new LinkedHashMap<>(16, 0.75f, true);

    /** Opens a file; a seam for faults of the disk. */
    @FunctionalInterface
    interface Opener {
        FileChannel open(Path file, Set<OpenOption> options) throws IOException;
    }

    OpenFiles(Path folder, int most, Opener opener) {
        this.folder = folder;
        this.most = most;
        this.opener = opener;
    }

    /** A channel that is closed when it is retired and nobody uses it. */
    private static final class OpenFile {
        final FileChannel channel;
        private int users;
        private boolean retired;

        OpenFile(FileChannel channel) {
            this.channel = channel;
        }

        synchronized void take() {
            users++;
        }

        synchronized void give() throws IOException {
            users--;
            closeWhenDone();
        }

        synchronized void retire() throws IOException {
            retired = true;
            closeWhenDone();
        }

        private void closeWhenDone() throws IOException {
            if (retired && users == 0) {
                channel.close();
            }
        }
    }

    private Path folder(ObjectId id) {
        return folder.resolve(id.hex().substring(0, 2));
    }

    Path path(ObjectId id) {
        return folder(id).resolve(id.hex());
    }

    /** Fills {@code to[at…]} with the file's bytes from {@code offset} on; false when it is shorter. */
    boolean read(ObjectId id, long offset, byte[] to, int at, int length) throws IOException {
        return withChannel(id, false, channel -> {
            for (int done = 0; done < length;) {
                var part = ByteBuffer.wrap(to, at + done, Math.min(STEP, length - done));
                int n = channel.read(part, offset + done);
                if (n < 0) {
                    return false;
                }
                done += n;
            }
            return true;
        });
    }

    /** Writes to the file, which is made when there is none. */
    void write(ObjectId id, long offset, byte[] from, int at, int length) throws IOException {
        withChannel(id, true, channel -> {
            for (int done = 0; done < length;) {
                var part = ByteBuffer.wrap(from, at + done, Math.min(STEP, length - done));
                done += channel.write(part, offset + done);
            }
            return true;
        });
    }

    /** Deletes the file, if there is one. Who reads it at the moment reads on. */
    void delete(ObjectId id) throws IOException {
        lock.lock();
        try {
            OpenFile file = open.remove(id);
            if (file != null) {
                file.retire();
            }
            // under the lock, or somebody could open it once more before it is gone
            Files.deleteIfExists(path(id));
        } finally {
            lock.unlock();
        }
    }

    private interface Work {
        boolean on(FileChannel channel) throws IOException;
    }

    private boolean withChannel(ObjectId id, boolean make, Work work) throws IOException {
        while (true) {
            OpenFile file = take(id, make);
            try {
                return work.on(file.channel);
            } catch (ClosedByInterruptException e) {
                forget(id, file);
                throw e;
            } catch (ClosedChannelException e) {
                // somebody else was interrupted
                forget(id, file);
            } finally {
                file.give();
            }
        }
    }

    private OpenFile take(ObjectId id, boolean make) throws IOException {
        lock.lock();
        try {
            OpenFile file = open.get(id);
            if (file == null) {
                if (make && !Files.isDirectory(folder(id))) {
                    Files.createDirectories(folder(id));
                }
                file = new OpenFile(opener.open(path(id), make ? MADE : EXISTING));
                open.put(id, file);
                closeEldest();
            }
            file.take();
            return file;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void closeEldest() throws IOException {
        if (open.size() > most) {
            OpenFile file = open.remove(open.keySet().iterator().next());
            if (file != null) {
                file.retire();
            }
        }
    }

    private void forget(ObjectId id, OpenFile file) throws IOException {
        lock.lock();
        try {
            open.remove(id, file);
        } finally {
            lock.unlock();
        }
        file.retire();
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            for (OpenFile file : open.values()) {
                file.retire();
            }
            open.clear();
        } finally {
            lock.unlock();
        }
    }
}
