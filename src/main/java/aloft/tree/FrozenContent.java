package aloft.tree;

import aloft.format.BlockRow;
import java.util.List;

/**
 * A file's content at one moment.
 *
 * @param id      of the file it belonged to then, for which its blocks are encrypted
 * @param carried blocks that went up already and did not change since
 * @param blocks  that have to go up or to be deleted
 */
record FrozenContent(FileContent content, long id, long ref, long size, long mtime, CommittedBlocks base,
        Extents changes, List<BlockRow> carried, List<Long> blocks) {}
