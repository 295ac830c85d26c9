package aloft.sync;

import aloft.cache.Cache;
import aloft.cache.Range;
import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import aloft.sync.Job.Level;
import aloft.vault.Segments;
import aloft.vault.Vault;
import java.io.Closeable;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Plaintext of committed blocks: from memory, else from the disk, else from the store with one ranged
 * request for each run of missing segments. Safe for many threads.
 *
 * <p>
 * What blocks ends within the deadline of {@link DownloadLimits} after the last byte came, with
 * {@link Failure.Unreachable}; a caller that is interrupted gets {@link InterruptedIOException}. A segment
 * that does not authenticate is fetched once more past every cache, then it is {@link Failure.Damaged};
 * the rest of its block stays readable.
 */
public final class Downloader implements Closeable {

    private final Cache cache;
    private final Traffic traffic = new Traffic();
    private final Damages damages = new Damages(traffic);
    private final Fetches fetches;
    private final PackAhead packs;
    private final BlockRead.Parts parts;

    public Downloader(Vault vault, Cache cache) {
        this(vault, cache, DownloadLimits.USUAL);
    }

    public Downloader(Vault vault, Cache cache, DownloadLimits limits) {
        this(vault::read, vault::opener, cache, limits, System::nanoTime,
                task -> Thread.ofVirtual().name("download").start(task));
    }

    Downloader(Source source, Openers.Maker openers, Cache cache, DownloadLimits limits,
            LongSupplier nanoTime,
            Executor executor) {
        this.cache = cache;
        fetches = new Fetches(source, cache, traffic, limits, nanoTime, executor);
        packs = new PackAhead(fetches, cache);
        parts = new BlockRead.Parts(cache, fetches, new Openers(openers), new Scratch(), damages);
    }

    // ---- reading

    /** The same without anything beyond. */
    public void read(BlockRow block, int offset, byte[] to, int at, int length)
            throws Failure, InterruptedIOException {
        read(block, offset, to, at, length, 0);
    }

    /**
     * Fills {@code to[at…]} with the block's plaintext; what lies behind its last byte is zeros.
     *
     * @param beyond bytes of plaintext behind these that come along if the store has to be asked anyway; nobody
     *               waits for them
     */
    public void read(BlockRow block, int offset, byte[] to, int at, int length, int beyond)
            throws Failure, InterruptedIOException {
        int end = (int) Math.min((long) offset + length, Spans.plainLength(block));
        int got = Math.max(0, end - offset);
        Arrays.fill(to, at + got, at + length, (byte) 0);
        if (got > 0) {
            boolean small = PackAhead.isSmall(block);
            int stop = small && offset == 0
                    ? packs.reading(block)
                    : Spans.cipherEnd(block, (long) end + beyond);
            var read = new BlockRead(parts, block, offset, end, to, at);
            int first = read.local();
            if (first <= Segments.segmentOf(end - 1)) {
                List<Range> wanted = small ? Spans.segments(block) : read.wanted(first);
                try (var claim = fetches.claim(block.object(), wanted, stop, Level.READ)) {
                    read.remote(first, claim);
                }
            }
        }
    }

    /** Asks for plaintext that may be read soon, after all that somebody waits for. Returns at once. */
    public Guess prefetch(BlockRow block, int offset, int length) {
        List<Range> wanted = List.of();
        if (Segments.isStreamLength(block.length())) {
            int end = (int) Math.min((long) offset + length, Segments.plainLength(block.length()));
            if (offset < end) {
                wanted = PackAhead.isSmall(block)
                        ? Spans.segments(block)
                        : Spans.segments(block, Segments.segmentOf(offset), Segments.segmentOf(end - 1));
            }
        }
        return new Guess(fetches.claim(block.object(), wanted, 0, Level.GUESS));
    }

    // ---- keeping

    /** Brings the whole block to this device. */
    public void fetch(BlockRow block) throws Failure, InterruptedIOException {
        fetch(List.of(block), done -> {});
    }

    /**
     * Brings blocks to this device, many at a time, and returns when all are there and authenticate. Blocks that
     * follow each other in a pack come with one request when they follow each other here. To stay they must be
     * pinned before.
     *
     * @param done is told each block that is here, in order
     * @throws Failure.Full when the disk or the cache has no room
     */
    public void fetch(Iterable<BlockRow> blocks, Consumer<BlockRow> done)
            throws Failure, InterruptedIOException {
        new WholeBlocks(parts, done).fetch(blocks);
    }

    /** Puts a pack that was uploaded into the cache. */
    public void keep(ObjectId object, byte[] pack) {
        cache.write(object, 0, pack, 0, pack.length);
    }

    /** How many bytes of the block's ciphertext are on this device. */
    public int present(BlockRow block) {
        return cache.present(block.object(), block.offset(), block.length());
    }

    /** Whether these bytes of the block's plaintext are on this device. */
    public boolean has(BlockRow block, int offset, int length) {
        if (!Segments.isStreamLength(block.length())) {
            return false;
        }
        int last = Math.min(Segments.segmentOf(offset + length - 1), Segments.count(block.length()) - 1);
        return Spans.segments(block, Math.min(Segments.segmentOf(offset), last), last)
                .stream()
                .allMatch(range -> cache.present(block.object(), range.from(), range.length()) == range
                        .length());
    }

    /** Takes the block off this device, also when it is pinned. */
    public void free(BlockRow block) {
        cache.drop(block.object(), block.offset(), block.length());
    }

    /** Never evicts the block from now on; as {@link Cache#pin}. */
    public void pin(BlockRow block) {
        cache.pin(block.object(), block.offset(), block.length());
    }

    public void unpin(BlockRow block) {
        cache.unpin(block.object(), block.offset(), block.length());
    }

    // ---- what goes on

    public void add(DownloadListener listener) {
        traffic.add(listener);
    }

    /** Bytes that came from the store. */
    public long downloadedBytes() {
        return traffic.bytes();
    }

    /** Requests to the store. */
    public long requests() {
        return traffic.requests();
    }

    /** Whether the last request was answered; true before the first. */
    public boolean isOnline() {
        return traffic.isOnline();
    }

    /** The store was found to have no good bytes of the block. */
    void found(BlockRow block) {
        damages.found(block, new Range(block.offset(), block.offset() + block.length()),
                new Failure.Damaged("The block does not authenticate, or is missing.", null));
    }

    /** The block is elsewhere now. */
    void healed(BlockRow block) {
        damages.forget(block);
    }

    /** What is known to be damaged in the store, oldest first. */
    public List<Damage> damages() {
        return damages.all();
    }

    /** Bytes on the disk. */
    public long cacheUsed() {
        return cache.used();
    }

    public long cacheLimit() {
        return cache.limit();
    }

    /** Breaks off everything and waits for its end. Vault and cache stay open. */
    @Override
    public void close() {
        packs.close();
        fetches.close();
    }
}
