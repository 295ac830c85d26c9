package aloft.tree;

import aloft.format.BlockRow;
import aloft.state.Journal;
import aloft.tree.Extents.Extent;
import aloft.tree.FileContent.Gap;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * A file's content at one moment.
 *
 * @param id      of the file it belonged to then, for which its blocks are encrypted
 * @param carried blocks that went up already and did not change since
 * @param blocks  that have to go up or to be deleted
 */
record FrozenContent(FileContent content, long id, long ref, long size, long mtime, CommittedBlocks base,
        Extents changes, Journal journal, List<BlockRow> carried, List<Long> blocks) {

    /** Bytes {@code from} to {@code to}, as long as their records are kept. */
    void read(long from, long to, byte[] dst, List<Gap> gaps) throws IOException {
        read(base, changes, journal, from, to, dst, 0, gaps);
    }

    /**
     * Fills what the journal has and zeros elsewhere.
     *
     * @param gaps gets what is still to be read from committed blocks
     */
    static void read(CommittedBlocks base, Extents changes, Journal journal, long from, long to, byte[] dst,
            int at, List<Gap> gaps) throws IOException {
        long next = from;
        for (Extent extent : changes.in(from, to)) {
            base.fill(next, extent.offset(), from, dst, at, gaps);
            int start = at + (int) (extent.offset() - from);
            if (extent.zero()) {
                Arrays.fill(dst, start, start + (int) extent.length(), (byte) 0);
            } else {
                journal.read(extent.ref(), extent.skip(), dst, start, (int) extent.length());
            }
            next = extent.end();
        }
        base.fill(next, to, from, dst, at, gaps);
    }
}
