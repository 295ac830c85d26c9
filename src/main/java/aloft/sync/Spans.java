package aloft.sync;

import aloft.cache.Range;
import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.vault.Segments;
import java.util.ArrayList;
import java.util.List;

/** Where segments of a block lie in its object, and which requests bring many of them. Pure. */
final class Spans {

    private Spans() {}

    /** Bytes of a block's plaintext. */
    static int plainLength(BlockRow block) throws Failure.Damaged {
        if (!Segments.isStreamLength(block.length())) {
            throw new Failure.Damaged("Object " + block.object() + " has a block of an impossible length.",
                    null);
        }
        return Segments.plainLength(block.length());
    }

    /** The ciphertext of one segment; of segment 0 with the header. */
    static Range segment(BlockRow block, int segment) {
        int from = block.offset() + Segments.cipherStart(segment);
        return new Range(from, from + Segments.cipherLength(segment, block.length()));
    }

    /** All of the block. */
    static List<Range> segments(BlockRow block) {
        return segments(block, 0, Segments.count(block.length()) - 1);
    }

    static List<Range> segments(BlockRow block, int first, int last) {
        List<Range> segments = new ArrayList<>(last - first + 1);
        for (int i = first; i <= last; i++) {
            segments.add(segment(block, i));
        }
        return segments;
    }

    /** Where the last segment ends that holds some of the plaintext up to {@code plainEnd}. */
    static int cipherEnd(BlockRow block, long plainEnd) {
        int plain = Segments.plainLength(block.length());
        if (plainEnd >= plain) {
            return block.offset() + block.length();
        }
        return segment(block, Segments.segmentOf((int) Math.max(0, plainEnd - 1))).to();
    }

    /**
     * The fewest ranges that hold the same bytes as the given ones, none longer than {@code most} unless it
     * is one of the given.
     *
     * @param parts in order, none overlapping another
     */
    static List<Range> runs(List<Range> parts, int most) {
        List<Range> runs = new ArrayList<>();
        for (Range part : parts) {
            Range last = runs.isEmpty() ? null : runs.getLast();
            if (last != null && last.to() == part.from() && part.to() - last.from() <= most) {
                runs.set(runs.size() - 1, new Range(last.from(), part.to()));
            } else {
                runs.add(part);
            }
        }
        return runs;
    }
}
