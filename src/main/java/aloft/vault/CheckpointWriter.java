package aloft.vault;

import aloft.failure.Failure;
import aloft.format.ObjectId;
import aloft.vault.Checkpoint.Page;
import aloft.vault.RowWriter.Until;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the pages of one checkpoint; lists those of the previous one again where nothing changed. */
final class CheckpointWriter {

    /** With more objects than this, those that hold little are written anew: a reader wants few requests. */
    private static final int MANY_OBJECTS = 32;
    private static final int LITTLE = 1 << 20;

    private final PageObjects objects;
    private final @Nullable Checkpoint previous;
    private final Set<ObjectId> retired;
    private final List<Page> pages = new ArrayList<>();

    CheckpointWriter(PageObjects objects, @Nullable Checkpoint previous) {
        this.objects = objects;
        this.previous = previous;
        this.retired = previous == null ? Set.of() : retired(previous);
    }

    /** All pages are in the store when this returns. */
    List<Page> write(RowSource rows) throws Failure, InterruptedIOException {
        try {
            var devices = new TableWriter(Table.DEVICES);
            rows.devices((name, id) -> devices.add(Key.device(id), out -> out.device(id, name)));
            devices.finish();
            var nodes = new TableWriter(Table.NODES);
            rows.nodes(row -> nodes.add(Key.node(row.parent(), row.name(), 0),
                    out -> out.node(row, 0, Until.NOW)));
            nodes.finish();
            var blocks = new TableWriter(Table.BLOCKS);
            rows.blocks(row -> blocks.add(Key.block(row.file(), row.index(), 0),
                    out -> out.block(row, Until.NOW)));
            blocks.finish();
            var oldNodes = new TableWriter(Table.OLD_NODES);
            rows.oldNodes((row, until, time) -> oldNodes.add(Key.node(row.parent(), row.name(), until),
                    out -> out.node(row, 0, new Until(until, time))));
            oldNodes.finish();
            var oldBlocks = new TableWriter(Table.OLD_BLOCKS);
            rows.oldBlocks((row, until, time) -> oldBlocks.add(Key.block(row.file(), row.index(), until),
                    out -> out.block(row, new Until(until, time))));
            oldBlocks.finish();
            objects.flush();
            return pages;
        } catch (UncheckedIOException e) {
            switch (e.getCause()) {
                case Failure failure -> throw failure;
                case InterruptedIOException interrupted -> throw interrupted;
                case null, default -> throw e;
            }
        }
    }

    /** Objects of a checkpoint that are not worth a request of their own. */
    private static Set<ObjectId> retired(Checkpoint checkpoint) {
        Map<ObjectId, Integer> alive = new HashMap<>();
        checkpoint.pages().forEach(page -> alive.merge(page.object(), page.length(), Integer::sum));
        if (alive.size() <= MANY_OBJECTS) {
            return Set.of();
        }
        Set<ObjectId> retired = new HashSet<>();
        alive.forEach((object, bytes) -> {
            if (bytes < LITTLE) {
                retired.add(object);
            }
        });
        return retired;
    }

    private final class TableWriter {

        private final Table table;
        private final PageCutter cutter;

        TableWriter(Table table) {
            this.table = table;
            this.cutter = new PageCutter(previous == null
                    ? List.of()
                    : previous.pages().stream().filter(page -> page.table() == table).toList());
        }

        void add(Key key, PageCutter.Line line) {
            keep(cutter.add(key, line));
        }

        void finish() {
            keep(cutter.finish());
        }

        private void keep(List<PageCutter.Cut> cuts) {
            try {
                for (PageCutter.Cut cut : cuts) {
                    Page same = cut.same();
                    pages.add(same != null && !retired.contains(same.object())
                            ? same
                            : objects.add(table, cut.from(), cut.lines(), cut.rows(), cut.hash()));
                }
            } catch (Failure | InterruptedIOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
