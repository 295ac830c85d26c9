package aloft.sync;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import aloft.sync.LocalChanges.DirtyFile;
import aloft.vault.Pack;
import aloft.vault.Vault;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Packs blocks and puts the packs, several at once. A full block is a pack of its own; smaller ones share a
 * pack in the order of their paths, so that a folder of small files is read back by few requests.
 */
final class Uploader implements Closeable {

    private static final int AT_ONCE = 4;

    private final Vault vault;
    private final Downloader downloader;
    private final FreshObjects fresh;
    private final InstantSource clock;
    private final ExecutorService puts = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final AtomicLong bytes = new AtomicLong();

    /** A file whose blocks are in packs on their way. */
    private record Parts(DirtyFile file, List<BlockRow> put, List<Long> deleted) {}

    Uploader(Vault vault, Downloader downloader, FreshObjects fresh, InstantSource clock) {
        this.vault = vault;
        this.downloader = downloader;
        this.fresh = fresh;
        this.clock = clock;
    }

    long bytes() {
        return bytes.get();
    }

    /** Puts a finished pack, and keeps it here. */
    void put(ObjectId id, byte[] body) throws IOException {
        vault.put(id, body);
        fresh.add(id);
        bytes.addAndGet(body.length);
        downloader.keep(id, body);
    }

    /**
     * Returns when all blocks of all files are in the store and the files have been told.
     *
     * @return why a file could not go up although the others could; null when all are up
     */
    @Nullable
    Failure upload(List<DirtyFile> files) throws IOException {
        return files.isEmpty() ? null : new Run().upload(files);
    }

    @Override
    public void close() {
        puts.shutdownNow();
    }

    /** One call of {@link #upload}. */
    private final class Run {
        private final List<Future<?>> going = new ArrayList<>();
        private final byte[] block = new byte[1 << 22];
        private @Nullable Pack shared;

        @Nullable
        Failure upload(List<DirtyFile> files) throws IOException {
            List<Parts> parts = new ArrayList<>();
            Failure stuck = null;
            try {
                for (DirtyFile file : files) {
                    try {
                        parts.add(pack(file));
                    } catch (Failure.Damaged | Failure.Missing e) {
                        stuck = new Failure.Damaged(file.path()
                                + " cannot go up, since a part of it that was not "
                                + "changed here is damaged or gone in the cloud: write all of it again.", e);
                    }
                }
                if (shared != null) {
                    send(shared);
                }
            } finally {
                finish();
            }
            parts.forEach(part -> part.file().uploaded(part.put(), part.deleted()));
            return stuck;
        }

        private Parts pack(DirtyFile file) throws IOException {
            var parts = new Parts(file, new ArrayList<>(), new ArrayList<>());
            byte[] buffer = file.row().blockBits() <= 22 ? block : new byte[1 << file.row().blockBits()];
            for (long index : file.blocks()) {
                int length = file.read(index, buffer);
                if (length == 0) {
                    parts.deleted().add(index);
                } else {
                    parts.put().add(add(file, index, buffer, length));
                }
            }
            return parts;
        }

        private BlockRow add(DirtyFile file, long index, byte[] plain, int length) throws IOException {
            if (length == 1 << file.row().blockBits()) {
                Pack own = vault.newPack(clock.millis());
                BlockRow row = own.add(file.row(), file.path(), index, plain, 0, length);
                send(own);
                return row;
            }
            if (shared != null && !shared.fits(length)) {
                send(shared);
                shared = null;
            }
            if (shared == null) {
                shared = vault.newPack(clock.millis());
            }
            return shared.add(file.row(), file.path(), index, plain, 0, length);
        }

        private void send(Pack pack) throws IOException {
            byte[] body = pack.finish();
            try {
                free.acquire();
            } catch (InterruptedException e) {
                throw interrupted();
            }
            going.add(puts.submit(() -> {
                try {
                    put(pack.id(), body);
                    return null;
                } finally {
                    free.release();
                }
            }));
        }

        private void finish() throws IOException {
            IOException failed = null;
            for (Future<?> put : going) {
                try {
                    put.get();
                } catch (InterruptedException e) {
                    throw interrupted();
                } catch (ExecutionException e) {
                    IOException cause = e.getCause() instanceof IOException io
                            ? io
                            : new IOException(e.getCause());
                    if (failed == null) {
                        failed = cause;
                    } else {
                        failed.addSuppressed(cause);
                    }
                }
            }
            if (failed != null) {
                throw failed;
            }
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("The upload was interrupted.");
    }
}
