package aloft.vault;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.NodeRow;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * All rows as of one commit, for a checkpoint. Each method hands over one table, sorted as it says by
 * numbers (signed, as SQL does) and by the bytes of names. The consumers may block while an object goes up, and may throw
 * {@link java.io.UncheckedIOException}, which is to be let through.
 */
public interface RowSource {

    /** Device names by (id). */
    void devices(ObjIntConsumer<String> to) throws Failure;

    /** By (parent, name), each key once. */
    void nodes(Consumer<NodeRow> to) throws Failure;

    /** By (file, index), each key once. */
    void blocks(Consumer<BlockRow> to) throws Failure;

    /** By (parent, name, until). */
    void oldNodes(History<NodeRow> to) throws Failure;

    /** By (file, index, until). */
    void oldBlocks(History<BlockRow> to) throws Failure;

    /** Takes rows that do not hold any more. */
    @FunctionalInterface
    interface History<R> {
        /**
         * @param until     seq of the commit that superseded or deleted the row
         * @param untilTime of that commit, ms since 1970
         */
        void accept(R row, long until, long untilTime);
    }
}
