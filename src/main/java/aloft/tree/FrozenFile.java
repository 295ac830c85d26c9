package aloft.tree;

import aloft.format.BlockRow;
import aloft.format.NodeRow;
import aloft.sync.LocalChanges.DirtyFile;
import aloft.tree.FileContent.Gap;
import aloft.tree.FrozenContent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A file's content at one moment, on its way up. */
final class FrozenFile implements DirtyFile {

    private final FrozenContent snapshot;
    private final NodeRow row;
    private final String path;
    private final BlockReader reader;
    private final Contents contents;

    FrozenFile(FrozenContent snapshot, NodeRow row, String path, BlockReader reader, Contents contents) {
        this.snapshot = snapshot;
        this.row = row;
        this.path = path;
        this.reader = reader;
        this.contents = contents;
    }

    @Override
    public NodeRow row() {
        return row;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public List<Long> blocks() {
        return snapshot.blocks();
    }

    @Override
    public int read(long block, byte[] to) throws IOException {
        long from = block << row.blockBits();
        long end = Math.min(snapshot.size(), (block + 1) << row.blockBits());
        if (end <= from) {
            return 0;
        }
        int length = (int) (end - from);
        List<Gap> gaps = new ArrayList<>();
        snapshot.read(from, end, to, gaps);
        for (Gap gap : gaps) {
            reader.read(gap.block(), gap.offset(), to, gap.at(), gap.length());
        }
        return isZero(to, length) ? 0 : length;
    }

    private static boolean isZero(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void uploaded(List<BlockRow> put, List<Long> deleted) {
        snapshot.content().uploaded(snapshot, put, deleted);
        contents.wentUp(snapshot.content());
    }

    @Override
    public void released() {
        snapshot.content().released();
    }
}
