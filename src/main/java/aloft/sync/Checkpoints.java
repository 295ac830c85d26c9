package aloft.sync;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.NodeRow;
import aloft.state.Database;
import aloft.state.Database.Head;
import aloft.state.Load;
import aloft.state.Snapshot;
import aloft.vault.Checkpoint;
import aloft.vault.RowSink;
import aloft.vault.RowSource;
import aloft.vault.Vault;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the newest checkpoint into an empty database, and writes one when the log behind it has grown long
 * (docs/FORMAT.md). Safe for many threads.
 */
final class Checkpoints {

    private static final int MOST_COMMITS = 256;
    private static final long MOST_ACTIONS = 40_000;

    private final Vault vault;
    private final Database database;
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicLong actions = new AtomicLong();
    private volatile @Nullable Checkpoint newest;

    Checkpoints(Vault vault, Database database) {
        this.vault = vault;
        this.database = database;
    }

    /**
     * Replaces the database's rows by those of the newest checkpoint; leaves it empty when there is none.
     *
     * @param entries gets the commit that it ends with, and all entries, before anything else is read
     */
    void load(BiConsumer<Head, FirstRows> entries) throws IOException {
        Optional<Checkpoint> found = vault.newestCheckpoint();
        if (found.isEmpty()) {
            entries.accept(Head.NONE, new FirstRows());
            return;
        }
        Checkpoint checkpoint = found.get();
        var head = new Head(checkpoint.seq(), checkpoint.head());
        try (Load load = database.load()) {
            var sink = new LoadSink(load, rows -> entries.accept(head, rows));
            vault.readRows(checkpoint, sink);
            sink.complete();
            load.finish(head);
        }
        newest = checkpoint;
    }

    /** Passes on what comes; the entries of the tree as soon as all of them are there. */
    private static final class LoadSink implements RowSink {
        private final Load load;
        private final Consumer<FirstRows> entries;
        private final FirstRows rows = new FirstRows();
        private boolean complete;

        LoadSink(Load load, Consumer<FirstRows> entries) {
            this.load = load;
            this.entries = entries;
        }

        void complete() throws Failure {
            if (!complete) {
                complete = true;
                List<NodeRow> nodes = List.copyOf(rows.nodes());
                entries.accept(rows); // whose they are from now on
                for (NodeRow row : nodes) {
                    load.node(row);
                }
            }
        }

        @Override
        public void device(int id, String name) throws Failure {
            rows.device(id);
            load.device(id, name);
        }

        @Override
        public void node(NodeRow row) {
            rows.node(row);
        }

        @Override
        public void block(BlockRow row) throws Failure {
            complete();
            load.block(row);
        }

        @Override
        public void oldNode(NodeRow row, long until, long untilTime) throws Failure {
            complete();
            load.oldNode(row, until, untilTime);
        }

        @Override
        public void oldBlock(BlockRow row, long until, long untilTime) throws Failure {
            complete();
            load.oldBlock(row, until, untilTime);
        }
    }

    /** A commit was added to the log. */
    void counted(Commit commit) {
        commits.incrementAndGet();
        actions.addAndGet(commit.actions().size());
    }

    /** Writes a checkpoint when enough commits came since the last. */
    synchronized void writeWhenDue() throws IOException {
        if (commits.get() >= MOST_COMMITS || actions.get() >= MOST_ACTIONS) {
            write();
        }
    }

    synchronized void write() throws IOException {
        try (Snapshot snapshot = database.snapshot()) {
            commits.set(0);
            actions.set(0);
            Head head = snapshot.head();
            newest = vault.writeCheckpoint(head.seq(), head.hash(), source(snapshot), newest);
        }
    }

    private static RowSource source(Snapshot snapshot) {
        return new RowSource() {
            @Override
            public void devices(ObjIntConsumer<String> to) throws Failure {
                snapshot.devices()
                        .entrySet()
                        .stream()
                        .sorted(java.util.Map.Entry.comparingByKey())
                        .forEach(device -> to.accept(device.getValue(), device.getKey()));
            }

            @Override
            public void nodes(Consumer<NodeRow> to) throws Failure {
                snapshot.nodes(to);
            }

            @Override
            public void blocks(Consumer<BlockRow> to) throws Failure {
                snapshot.blocks(to);
            }

            @Override
            public void oldNodes(History<NodeRow> to) throws Failure {
                snapshot.oldNodes(old -> to.accept(old.row(), old.until(), old.untilTime()));
            }

            @Override
            public void oldBlocks(History<BlockRow> to) throws Failure {
                snapshot.oldBlocks(old -> to.accept(old.row(), old.until(), old.untilTime()));
            }
        };
    }
}
