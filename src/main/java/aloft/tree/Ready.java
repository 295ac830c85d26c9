package aloft.tree;

import aloft.format.BlockRow;
import java.util.ArrayList;
import java.util.List;

/** What went up and waits for its commit: the content as of the record {@code ref}. */
record Ready(long ref, long size, long mtime, List<BlockRow> put, List<Long> deleted) {

    List<Long> blocks() {
        List<Long> blocks = new ArrayList<>(deleted);
        put.forEach(row -> blocks.add(row.index()));
        return blocks;
    }
}
