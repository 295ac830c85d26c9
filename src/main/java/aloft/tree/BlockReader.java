package aloft.tree;

import aloft.format.BlockRow;
import java.io.IOException;

/** Reads plaintext of committed blocks; may wait for the network. */
@FunctionalInterface
interface BlockReader {
    void read(BlockRow block, int offset, byte[] to, int at, int length) throws IOException;
}
