package aloft.tree;

import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.ObjectId;
import aloft.tree.FileContent.Gap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The blocks of the log beneath a file's content. Not thread safe. */
final class CommittedBlocks {

    private final int blockBits;
    private final Map<Long, BlockRow> rows;
    /** Objects that no row may name any more. */
    private Set<ObjectId> lost = Set.of();

    CommittedBlocks(int blockBits, List<BlockRow> rows) {
        this(blockBits, new TreeMap<>());
        rows.forEach(this::put);
    }

    private CommittedBlocks(int blockBits, Map<Long, BlockRow> rows) {
        this.blockBits = blockBits;
        this.rows = rows;
    }

    CommittedBlocks copy() {
        return new CommittedBlocks(blockBits, new TreeMap<>(rows));
    }

    List<BlockRow> rows() {
        return List.copyOf(rows.values());
    }

    @Nullable
    BlockRow rowOrNull(long index) {
        return rows.get(index);
    }

    void put(BlockRow row) {
        rows.put(row.index(), row);
    }

    /** A commit put these rows; of the blocks that it speaks of, the others are gone. */
    void settle(List<BlockRow> put, List<Long> blocks) {
        blocks.forEach(rows::remove);
        put.forEach(this::put);
    }

    /**
     * Bytes {@code from} to {@code to} of the file: zeros at once, what lies in blocks as gaps to be filled.
     *
     * @param origin the byte of the file that belongs at {@code dst[at]}
     */
    void fill(long from, long to, long origin, byte[] dst, int at, List<Gap> gaps) {
        long next = from;
        while (next < to) {
            long index = next >> blockBits;
            long end = Math.min(to, (index + 1) << blockBits);
            int start = at + (int) (next - origin);
            BlockRow row = rows.get(index);
            if (row == null) {
                Arrays.fill(dst, start, start + (int) (end - next), (byte) 0);
            } else {
                gaps.add(new Gap(row, (int) (next - (index << blockBits)), start, (int) (end - next)));
            }
            next = end;
        }
    }

    /** Those that the log cannot name for a file as they are: another file's, or in an object that it lost. */
    List<Long> unfit(long file) {
        return rows.values().stream().filter(row -> isUnfit(row, file)).map(BlockRow::index).toList();
    }

    List<BlockRow> fit(long file) {
        return rows.values().stream().filter(row -> !isUnfit(row, file)).toList();
    }

    private boolean isUnfit(BlockRow row, long file) {
        return row.file() != file || lost.contains(row.object());
    }

    void lost(Set<ObjectId> objects) {
        lost = Stream.concat(lost.stream(), objects.stream()).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Follows blocks to where a commit moved them.
     *
     * @return whether there were any
     */
    boolean follow(Moves moves) {
        boolean any = false;
        for (Map.Entry<Long, BlockRow> entry : rows.entrySet()) {
            BlockRow now = moves.nowOrNull(entry.getValue());
            if (now != null) {
                entry.setValue(now);
                any = true;
            }
        }
        return any;
    }

    /** Where the blocks of a commit that moves some lie now. */
    static final class Moves {
        private record Spot(long file, long index) {}

        private final Map<Spot, BlockRow> to = new HashMap<>();
        private final Set<ObjectId> from = new HashSet<>();

        Moves(Commit commit) {
            commit.actions().forEach(action -> {
                switch (action) {
                    case Action.PutBlock put -> to
                            .put(new Spot(put.row().file(), put.row().index()), put.row());
                    case Action.Collect collect -> from.addAll(collect.packs());
                    default -> {
                    }
                }
            });
        }

        @Nullable
        BlockRow nowOrNull(BlockRow row) {
            return from.contains(row.object()) ? to.get(new Spot(row.file(), row.index())) : null;
        }
    }
}
