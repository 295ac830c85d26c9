package aloft.vault;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.NodeRow;

/** Takes the rows of a checkpoint, table by table as {@link RowSource} names and sorts them. */
public interface RowSink {

    void device(int id, String name) throws Failure;

    void node(NodeRow row) throws Failure;

    void block(BlockRow row) throws Failure;

    /** @param untilTime ms since 1970 */
    void oldNode(NodeRow row, long until, long untilTime) throws Failure;

    /** @param untilTime ms since 1970 */
    void oldBlock(BlockRow row, long until, long untilTime) throws Failure;
}
