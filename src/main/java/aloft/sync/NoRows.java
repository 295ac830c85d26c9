package aloft.sync;

import aloft.format.BlockRow;
import aloft.format.NodeRow;
import aloft.vault.RowSink;

/** Takes rows to see that they can be read. */
enum NoRows implements RowSink {
    SINK;

    @Override
    public void device(int id, String name) {
        // it could be read
    }

    @Override
    public void node(NodeRow row) {
        // it could be read
    }

    @Override
    public void block(BlockRow row) {
        // it could be read
    }

    @Override
    public void oldNode(NodeRow row, long until, long untilTime) {
        // it could be read
    }

    @Override
    public void oldBlock(BlockRow row, long until, long untilTime) {
        // it could be read
    }
}
