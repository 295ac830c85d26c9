package aloft.sync;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.state.Database;
import aloft.vault.BlockPages;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What files hold as of a checkpoint and the commits behind it, while there is no database that could tell. The
 * commits come before anybody asks; safe for many threads then.
 */
final class FirstBlocks implements Database.Meanwhile {

    private static final System.Logger LOG = System.getLogger(FirstBlocks.class.getName());

    private final @Nullable BlockPages pages;
    /** By file and index; empty where the block is gone. */
    private final Map<Long, Map<Long, Optional<BlockRow>>> changed = new HashMap<>();
    /** Files of whose blocks in the checkpoint nothing is true any more. */
    private final Set<Long> cleared = new HashSet<>();

    /** @param pages null when there is no checkpoint */
    FirstBlocks(@Nullable BlockPages pages) {
        this.pages = pages;
    }

    void apply(Commit commit) {
        for (Action action : commit.actions()) {
            switch (action) {
                case Action.PutBlock(BlockRow row) -> of(row.file()).put(row.index(), Optional.of(row));
                case Action.DeleteBlock(long file, long index) -> of(file).put(index, Optional.empty());
                case Action.PutNode _,Action.DeleteNode _,Action.Collect _,Action.RegisterDevice _ -> {
                    // of no block
                }
            }
        }
    }

    private Map<Long, Optional<BlockRow>> of(long file) {
        return changed.computeIfAbsent(file, _ -> new HashMap<>());
    }

    /** The log has no entry of it any more: should it come back, it begins without blocks. */
    void gone(long file) {
        changed.remove(file);
        cleared.add(file);
    }

    @Override
    public Optional<List<BlockRow>> blocks(long file) throws Failure {
        try {
            Map<Long, BlockRow> rows = new TreeMap<>();
            if (pages != null && !cleared.contains(file)) {
                pages.of(file).forEach(row -> rows.put(row.index(), row));
            }
            changed.getOrDefault(file, Map.of())
                    .forEach((index, row) -> row.ifPresentOrElse(now -> rows.put(index, now),
                            () -> rows.remove(index)));
            return Optional.of(List.copyOf(rows.values()));
        } catch (Failure.Damaged | Failure.Missing e) {
            LOG.log(System.Logger.Level.WARNING, "The database is waited for: " + e.getMessage());
            return Optional.empty();
        } catch (InterruptedIOException e) {
            Thread.currentThread().interrupt();
            throw new Failure.Unreachable("Interrupted while looking up what a file holds.", e);
        }
    }
}
