package aloft.format;

import java.util.List;

/** One change in a commit; the actions of a commit are applied in order, all or none. */
public sealed interface Action {

    record PutNode(NodeRow row) implements Action {}

    record DeleteNode(long parent, Name name) implements Action {}

    record PutBlock(BlockRow row) implements Action {}

    record DeleteBlock(long file, long index) implements Action {}

    /** @param device 1 to 65,535 */
    record RegisterDevice(int device, String name) implements Action {}

    /**
     * A record of a collection.
     *
     * @param forget history that ended with this commit or an earlier one is kept no longer; 0 forgets nothing
     * @param moves  whether the blocks that the commit puts hold the same bytes as those that they replace
     * @param packs  which no row names after this commit, and none ever will again
     * @param pages  objects of checkpoints' pages, likewise
     */
    record Collect(long forget, boolean moves, List<ObjectId> packs, List<ObjectId> pages)
            implements
                Action {
        /** Objects of each kind at most. */
        public static final int MOST = 10_000;

        public Collect {
            packs = List.copyOf(packs);
            pages = List.copyOf(pages);
            if (forget < 0 || packs.size() > MOST || pages.size() > MOST) {
                throw new IllegalArgumentException("not a record of a collection");
            }
        }
    }
}
