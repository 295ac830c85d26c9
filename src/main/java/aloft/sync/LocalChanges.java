package aloft.sync;

import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.NodeRow;
import aloft.format.ObjectId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The changes of this device that are not in the cloud yet, as the tree keeps them, and what the tree is
 * told of the log. Safe for many threads; {@link #freeze}, {@link #attempt}, {@link #settled} and
 * {@link #remote} are called by one at a time.
 */
public interface LocalChanges {

    /**
     * Files whose content should go up now, in the order in which they should lie in packs. May look at what is in
     * the cloud already, so that nothing goes up that is there.
     *
     * @param all also those that are being written this moment
     */
    List<DirtyFile> dirtyFiles(boolean all);

    /** Whether anything is not in the cloud yet. */
    boolean pending();

    /** Content bytes that are not in the cloud yet. */
    long pendingBytes();

    /**
     * What can be committed now, as the actions of one commit: everything but content that did not go up
     * yet. Empty when there is nothing.
     *
     * @param size bytes that an action adds to a commit
     */
    Optional<Batch> freeze(ToIntFunction<Action> size);

    /** The batch is about to be published under this hash; on the disk for good when this returns. */
    void attempt(Batch batch, long seq, byte[] hash) throws IOException;

    /** Whether a commit with this hash was announced by {@link #attempt}, before a restart too. */
    boolean isOurs(byte[] hash);

    /** Whether a commit that was announced by {@link #attempt} may be in the log, and nobody looked yet. */
    boolean isUndecided();

    /** A commit of ours is in the log and in the database: what it holds is no change any more. */
    void settled(Commit commit, byte[] hash) throws IOException;

    /**
     * A commit of another device is next in the log: the tree shows it, with the local changes on top.
     * Calling it again with the same commit after a crash does no harm.
     *
     * @param database brings the commit into the database; called once, when the journal has what the local
     *                 changes became
     */
    void remote(Commit commit, Step database) throws IOException;

    /** No commit may name these objects any more: content that went up into them goes up again. */
    void lost(Set<ObjectId> objects);

    /**
     * Nothing can be brought up any more, so that nothing should be changed here.
     *
     * @param why null when it can again
     */
    void readOnly(@Nullable String why);

    /** Something that touches the disk. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /** The actions of one commit. */
    interface Batch {
        List<Action> actions();

        /** Whether there was more than one commit takes. */
        boolean isFull();
    }

    /** The content of one file at one moment. */
    interface DirtyFile {
        /** The file's row with the size and time that belong to this content. */
        NodeRow row();

        /** From the root, one char (0 to 255) for each byte. */
        String path();

        /** The blocks to put or to delete, in order. */
        List<Long> blocks();

        /**
         * The plaintext of a block.
         *
         * @return its length, up to the end of the file or of the block; 0 when all of it is zeros, so that no
         *         row is needed
         */
        int read(long block, byte[] to) throws IOException;

        /** All of it is in the store. */
        void uploaded(List<BlockRow> put, List<Long> deleted);

        /** Nothing of it is read any more, whatever became of it. */
        void released();
    }
}
