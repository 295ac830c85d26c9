package aloft.vault;

import aloft.vault.Checkpoint.Page;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the sorted rows of one table into pages of about 1,000. Cuts where the previous checkpoint did, so
 * that a page is the same again when no row in its range of keys changed; ranges that grew are split, those
 * that shrank join the next. Not thread safe.
 */
final class PageCutter {

    private static final int AIM_ROWS = 1_000;
    private static final int MOST_ROWS = 1_500;
    private static final int LEAST_ROWS = 250;
    private static final int HASH_BYTES = 16;
    private static final int AIM_BYTES = 1 << 20;

    private final List<Page> previous;
    /** Index in {@code previous} of the page whose range the rows come from. */
    private int range;
    /** Whether the rows are not the whole of that range, or more than it. */
    private boolean cut;
    private final RowWriter writer = new RowWriter();
    private List<Row> rows = new ArrayList<>();
    private long bytes;
    private @Nullable Key last;

    PageCutter(List<Page> previous) {
        this.previous = previous;
    }

    /** Writes a row. */
    @FunctionalInterface
    interface Line {
        void write(RowWriter to);
    }

    private record Row(Key key, byte[] line) {}

    /**
     * A page.
     *
     * @param same the page of the previous checkpoint that holds the same, if there is one
     */
    record Cut(Key from, byte[] lines, int rows, String hash, @Nullable Page same) {}

    /**
     * Takes the next row.
     *
     * @return pages that are complete before it
     */
    List<Cut> add(Key key, Line line) {
        if (last != null && last.compareTo(key) > 0) {
            throw new IllegalArgumentException("rows out of order");
        }
        last = key;
        List<Cut> cuts = new ArrayList<>();
        while (range + 1 < previous.size() && previous.get(range + 1).from().compareTo(key) <= 0) {
            endRange(cuts);
            range++;
        }
        line.write(writer);
        var row = new Row(key, writer.take());
        rows.add(row);
        bytes += row.line().length;
        if (rows.size() > MOST_ROWS || bytes > AIM_BYTES + AIM_BYTES / 2) {
            cuts.add(cutFirst());
        }
        return cuts;
    }

    /** @return the rest */
    List<Cut> finish() {
        List<Cut> cuts = new ArrayList<>();
        if (!rows.isEmpty()) {
            cuts.add(cut(rows));
        }
        writer.close();
        return cuts;
    }

    private void endRange(List<Cut> cuts) {
        if (rows.isEmpty()) {
            cut = false;
            return;
        }
        Cut whole = cut(rows);
        if (whole.same() == null && rows.size() < LEAST_ROWS && bytes < AIM_BYTES) {
            cut = true;
            return;
        }
        cuts.add(whole);
        rows = new ArrayList<>();
        bytes = 0;
        cut = false;
    }

    /** A page of the first rows; the others stay. */
    private Cut cutFirst() {
        int count = 0;
        int size = 0;
        while (count < Math.min(AIM_ROWS, rows.size()) && size < AIM_BYTES) {
            size += rows.get(count++).line().length;
        }
        Cut first = cut(rows.subList(0, count));
        rows = new ArrayList<>(rows.subList(count, rows.size()));
        bytes -= size;
        cut = true;
        return first;
    }

    private Cut cut(List<Row> some) {
        byte[] lines = new byte[some.stream().mapToInt(row -> row.line().length).sum()];
        int at = 0;
        for (Row row : some) {
            System.arraycopy(row.line(), 0, lines, at, row.line().length);
            at += row.line().length;
        }
        String hash = HexFormat.of().formatHex(Derive.sha256(lines), 0, HASH_BYTES);
        return new Cut(some.getFirst().key(), lines, some.size(), hash, sameOrNull(some.size(), hash));
    }

    private @Nullable Page sameOrNull(int count, String hash) {
        if (cut || range >= previous.size()) {
            return null;
        }
        Page page = previous.get(range);
        return page.rows() == count && page.hash().equals(hash) ? page : null;
    }
}
