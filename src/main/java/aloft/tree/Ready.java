package aloft.tree;

import aloft.format.BlockRow;
import aloft.format.ObjectId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What went up and waits for its commit: the content as of the record {@code ref}. */
record Ready(long ref, long size, long mtime, List<BlockRow> put, List<Long> deleted) {

    /**
     * @param put       blocks of the snapshot that went up
     * @param unchanged blocks that have to be named again all the same, where the snapshot does not speak of them
     */
    static Ready of(FrozenContent snapshot, List<BlockRow> put, List<Long> deleted,
            List<BlockRow> unchanged) {
        List<BlockRow> all = new ArrayList<>(snapshot.carried());
        all.addAll(put);
        Set<Long> named = new HashSet<>(deleted);
        all.forEach(row -> named.add(row.index()));
        unchanged.stream().filter(row -> !named.contains(row.index())).forEach(all::add);
        return new Ready(snapshot.ref(), snapshot.size(), snapshot.mtime(), List.copyOf(all),
                List.copyOf(deleted));
    }

    @Nullable
    BlockRow rowOrNull(long block) {
        return put.stream().filter(row -> row.index() == block).findFirst().orElse(null);
    }

    boolean liesIn(Set<ObjectId> objects) {
        return put.stream().anyMatch(row -> objects.contains(row.object()));
    }

    List<Long> blocks() {
        List<Long> blocks = new ArrayList<>(deleted);
        put.forEach(row -> blocks.add(row.index()));
        return blocks;
    }
}
