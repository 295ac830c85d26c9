package aloft.sync;

import aloft.cache.Cache;
import aloft.cache.Range;
import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.vault.BlockOpener;
import aloft.vault.Segments;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One read of plaintext of one block: each segment from memory, else from the disk, else from the store.
 * Not thread safe; used once.
 */
final class BlockRead {

    /** What every read needs. */
    record Parts(Cache cache, Fetches fetches, Openers openers, Scratch scratch, Damages damages) {}

    private final Parts parts;
    private final BlockRow block;
    private final int from;
    private final int to;
    private final byte @Nullable [] into;
    private final int at;

    /**
     * @param from plaintext offset in the block
     * @param to   above from and not above the block's plaintext
     * @param into takes the plaintext from {@code at} on; null when the bytes need only be good
     */
    BlockRead(Parts parts, BlockRow block, int from, int to, byte @Nullable [] into, int at) {
        this.parts = parts;
        this.block = block;
        this.from = from;
        this.to = to;
        this.into = into;
        this.at = at;
    }

    /** Reads what is on this device; returns the first segment that is not, one past the last when all are. */
    int local() throws Failure {
        int last = Segments.segmentOf(to - 1);
        for (int segment = Segments.segmentOf(from); segment <= last; segment++) {
            if (!fromMemory(segment) && !fromDisk(segment)) {
                return segment;
            }
        }
        return last + 1;
    }

    /** The segments that the store has to be asked for, from the given one to the end of the read. */
    List<Range> wanted(int first) {
        int last = Segments.segmentOf(to - 1);
        List<Range> wanted = new ArrayList<>();
        if (block.header() == null && first > 0) {
            wanted.add(Spans.segment(block, 0));
        }
        for (int segment = first; segment <= last; segment++) {
            Range range = Spans.segment(block, segment);
            if (into == null || parts.cache().segmentOrNull(block.object(), range.from()) == null) {
                wanted.add(range);
            }
        }
        return wanted;
    }

    /** Reads from the given segment on what is on its way. */
    void remote(int first, Claim claim) throws Failure, InterruptedIOException {
        int last = Segments.segmentOf(to - 1);
        for (int segment = first; segment <= last; segment++) {
            if (!fromMemory(segment) && !fromClaim(segment, claim) && !fromDisk(segment)) {
                anew(segment);
            }
        }
    }

    private boolean fromMemory(int segment) {
        if (into == null) {
            return false;
        }
        byte[] plain = parts.cache()
                .segmentOrNull(block.object(), block.offset() + Segments.cipherStart(segment));
        if (plain == null) {
            return false;
        }
        copy(segment, plain, into);
        return true;
    }

    private void copy(int segment, byte[] plain, byte[] target) {
        int start = Segments.plainStart(segment);
        int begin = Math.max(from, start);
        int end = Math.min(to, start + plain.length);
        System.arraycopy(plain, begin - start, target, at + begin - from, end - begin);
    }

    private boolean fromDisk(int segment) throws Failure {
        Range range = Spans.segment(block, segment);
        byte[] cipher = parts.scratch().take();
        try {
            if (!parts.cache().read(block.object(), range.from(), cipher, 0, range.length())) {
                return false;
            }
            BlockOpener opener = openerOrNull(cipher, segment);
            return opener != null && open(opener, segment, cipher);
        } finally {
            parts.scratch().give(cipher);
        }
    }

    private boolean fromClaim(int segment, Claim claim) throws Failure, InterruptedIOException {
        if (claim.isEmpty()) {
            return false;
        }
        Range range = Spans.segment(block, segment);
        byte[] cipher = parts.scratch().take();
        try {
            if (claim.await(range.from(), range.to(), cipher) != Fetch.Got.BYTES) {
                return false;
            }
            BlockOpener opener = openerOrNull(cipher, segment);
            if (opener == null) {
                byte[] header = new byte[Segments.HEADER];
                if (claim.await(block.offset(), block.offset() + header.length, header) != Fetch.Got.BYTES) {
                    return false;
                }
                opener = parts.openers().make(block, header);
            }
            return open(opener, segment, cipher);
        } finally {
            parts.scratch().give(cipher);
        }
    }

    /** What decrypts the block; null when its header is neither here nor in the cache. */
    private @Nullable BlockOpener openerOrNull(byte[] cipher, int segment) throws Failure.Damaged {
        BlockOpener opener = parts.openers().getOrNull(block);
        if (opener != null) {
            return opener;
        }
        if (segment == 0) {
            return parts.openers().make(block, cipher);
        }
        byte[] header = new byte[Segments.HEADER];
        return parts.cache().read(block.object(), block.offset(), header, 0, header.length)
                ? parts.openers().make(block, header)
                : null;
    }

    /** Decrypts a segment to where it belongs; false, and no more of it in the cache, when it is damaged. */
    private boolean open(BlockOpener opener, int segment, byte[] cipher) {
        try {
            decrypt(opener, segment, cipher);
            parts.damages().sound(block, Spans.segment(block, segment));
            return true;
        } catch (Failure.Damaged e) {
            Range range = segmentWithHeader(segment);
            parts.cache().drop(block.object(), range.from(), range.length());
            parts.openers().forget(block);
            return false;
        }
    }

    private void decrypt(BlockOpener opener, int segment, byte[] cipher) throws Failure.Damaged {
        int start = Segments.plainStart(segment);
        int length = Segments.plainLength(segment, block.length());
        if (into == null) {
            byte[] plain = parts.scratch().take();
            opener.open(segment, cipher, 0, plain, 0);
            parts.scratch().give(plain);
        } else if (from <= start && start + length <= to) {
            opener.open(segment, cipher, 0, into, at + start - from);
        } else {
            byte[] plain = new byte[length];
            opener.open(segment, cipher, 0, plain, 0);
            parts.cache().keepSegment(block.object(), block.offset() + Segments.cipherStart(segment), plain);
            copy(segment, plain, into);
        }
    }

    /** The segment, from the block's first byte on when only that tells how to decrypt it. */
    private Range segmentWithHeader(int segment) {
        Range range = Spans.segment(block, segment);
        return block.header() == null ? new Range(block.offset(), range.to()) : range;
    }

    /** From the store itself, past every cache: the last try. */
    private void anew(int segment) throws Failure, InterruptedIOException {
        Range range = segmentWithHeader(segment);
        byte[] cipher = new byte[range.length()];
        try (var claim = parts.fetches().claimAnew(block.object(), range)) {
            if (claim.await(range.from(), range.to(), cipher) != Fetch.Got.BYTES) {
                throw claim.failure();
            }
            int skip = block.offset() + Segments.cipherStart(segment) - range.from();
            byte[] own = skip == 0 ? cipher : Arrays.copyOfRange(cipher, skip, cipher.length);
            parts.openers().forget(block);
            decrypt(parts.openers().make(block, block.header() == null ? cipher : null), segment, own);
        } catch (Failure.Damaged | Failure.Missing e) {
            parts.damages().found(block, Spans.segment(block, segment), e);
            throw e;
        }
        parts.damages().sound(block, Spans.segment(block, segment));
        parts.cache().replace(block.object(), range.from(), cipher, 0, cipher.length);
    }
}
