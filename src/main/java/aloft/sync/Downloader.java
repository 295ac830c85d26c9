package aloft.sync;

import aloft.cache.Cache;
import aloft.cache.Range;
import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import aloft.vault.BlockOpener;
import aloft.vault.Segments;
import aloft.vault.Vault;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Plaintext of committed blocks: from memory, the disk, or the store. */
public final class Downloader {

    private final Vault vault;
    private final Cache cache;
    private final AtomicLong bytes = new AtomicLong();

    public Downloader(Vault vault, Cache cache) {
        this.vault = vault;
        this.cache = cache;
    }

    public void read(BlockRow block, int offset, byte[] to, int at, int length)
            throws Failure, InterruptedIOException {
        int plain = Segments.plainLength(block.length());
        int end = Math.min(offset + length, plain);
        int next = offset;
        while (next < end) {
            int segment = Segments.segmentOf(next);
            byte[] clear = segment(block, segment);
            int skip = next - Segments.plainStart(segment);
            int count = Math.min(end - next, clear.length - skip);
            System.arraycopy(clear, skip, to, at + next - offset, count);
            next += count;
        }
        int got = Math.max(0, end - offset);
        Arrays.fill(to, at + got, at + length, (byte) 0);
    }

    private byte[] segment(BlockRow block, int segment) throws Failure, InterruptedIOException {
        int start = block.offset() + Segments.cipherStart(segment);
        byte[] known = cache.segmentOrNull(block.object(), start);
        if (known != null) {
            return known;
        }
        int from = block.header() == null ? block.offset() : start;
        int stop = Math.min(block.offset() + block.length(), start + (1 << 17));
        fetch(block.object(), from, stop - from);
        byte[] header = block.header();
        if (header == null) {
            header = new byte[Segments.HEADER];
            cache.read(block.object(), block.offset(), header, 0, header.length);
        }
        BlockOpener opener = vault.opener(block, header);
        byte[] cipher = new byte[Segments.cipherLength(segment, block.length())];
        if (!cache.read(block.object(), start, cipher, 0, cipher.length)) {
            throw new Failure.Damaged("The cache cannot be written.", null);
        }
        byte[] clear = new byte[Segments.plainLength(segment, block.length())];
        opener.open(segment, cipher, 0, clear, 0);
        cache.keepSegment(block.object(), start, clear);
        return clear;
    }

    private void fetch(ObjectId object, int offset, int length) throws Failure, InterruptedIOException {
        for (Range range : cache.missing(object, offset, length)) {
            int[] next = {range.from()};
            vault.read(object, range.from(), range.length(), (got, from, count) -> {
                cache.write(object, next[0], got, from, count);
                next[0] += count;
                bytes.addAndGet(count);
            });
        }
    }

    public void keep(ObjectId id, byte[] pack) {
        cache.write(id, 0, pack, 0, pack.length);
    }

    public long present(BlockRow block) {
        return cache.present(block.object(), block.offset(), block.length());
    }

    public void fetch(BlockRow block) throws Failure, InterruptedIOException {
        fetch(block.object(), block.offset(), block.length());
    }

    public void free(BlockRow block) {
        cache.drop(block.object(), block.offset(), block.length());
    }

    public void pin(BlockRow block) {
        cache.pin(block.object(), block.offset(), block.length());
    }

    public void unpin(BlockRow block) {
        cache.unpin(block.object(), block.offset(), block.length());
    }

    public List<String> errors() {
        return List.of();
    }

    public long downloadedBytes() {
        return bytes.get();
    }

    public long cacheUsed() {
        return cache.used();
    }

    public long cacheLimit() {
        return cache.limit();
    }
}
