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
import aloft.vault.CheckpointReader;
import aloft.vault.RowSink;
import aloft.vault.RowSource;
import aloft.vault.Vault;
import java.io.IOException;
import java.lang.System.Logger.Level;
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

    private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());
    private static final int MOST_COMMITS = 256;
    private static final long MOST_ACTIONS = 40_000;
    /** While more is to come: this many times as many commits, and actions for a part of the rows that there are. */
    private static final int LATER = 4;

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
     * Replaces the database's rows by those of the newest checkpoint of which all pages are good; leaves it empty
     * when there is none.
     *
     * @param entries gets the commit that a checkpoint ends with, and all entries, before anything else of it is
     *                read; again when it then turns out that the checkpoint is damaged and an older one is read
     */
    void load(BiConsumer<Head, FirstRows> entries) throws IOException {
        Optional<Checkpoint> found = vault.newestCheckpoint();
        while (found.isPresent()) {
            Checkpoint checkpoint = found.get();
            if (isLoaded(checkpoint, entries)) {
                newest = checkpoint;
                return;
            }
            found = vault.checkpointBefore(checkpoint.seq());
        }
        entries.accept(Head.NONE, new FirstRows(new FirstBlocks(null)));
    }

    /** @return false when it is damaged */
    private boolean isLoaded(Checkpoint checkpoint, BiConsumer<Head, FirstRows> entries) throws IOException {
        var head = new Head(checkpoint.seq(), checkpoint.head());
        CheckpointReader reader = vault.reader(checkpoint);
        try (Load load = database.load()) {
            var sink = new LoadSink(load, new FirstRows(new FirstBlocks(reader.blocks())),
                    rows -> entries.accept(head, rows));
            try {
                reader.read(sink);
            } catch (Failure.Damaged | Failure.Missing e) {
                if (sink.failed) {
                    throw e;
                }
                LOG.log(Level.WARNING,
                        "INTEGRITY: checkpoint {0} cannot be used, the one before is read: {1}",
                        Long.toString(checkpoint.seq()), e.getMessage());
                return false;
            }
            sink.complete();
            load.finish(head);
            return true;
        }
    }

    /** Brings in the commits up to that of a head which a later checkpoint told. */
    void follow(Head to) throws IOException {
        try (var commits = new CommitsAhead(vault)) {
            if (commits.follow(database.head(), to.seq(), database::apply).seq() < to.seq()) {
                throw new Failure.Damaged("A change is missing in the cloud.", null);
            }
        }
    }

    /** Passes on what comes; the entries of the tree as soon as all of them are there. */
    private static final class LoadSink implements RowSink {
        private final Load load;
        private final Consumer<FirstRows> entries;
        private final FirstRows rows;
        private boolean complete;
        /** Whether it was the database that failed, and not what comes. */
        private boolean failed;

        /** Puts something into the database. */
        private interface Put {
            void run() throws Failure;
        }

        LoadSink(Load load, FirstRows rows, Consumer<FirstRows> entries) {
            this.load = load;
            this.rows = rows;
            this.entries = entries;
        }

        private void put(Put put) throws Failure {
            try {
                put.run();
            } catch (Failure e) {
                failed = true;
                throw e;
            }
        }

        void complete() throws Failure {
            if (!complete) {
                complete = true;
                List<NodeRow> nodes = List.copyOf(rows.nodes());
                entries.accept(rows); // whose they are from now on
                for (NodeRow row : nodes) {
                    put(() -> load.node(row));
                }
            }
        }

        @Override
        public void device(int id, String name) throws Failure {
            rows.device(id);
            put(() -> load.device(id, name));
        }

        @Override
        public void node(NodeRow row) {
            rows.node(row);
        }

        @Override
        public void block(BlockRow row) throws Failure {
            complete();
            put(() -> load.block(row));
        }

        @Override
        public void oldNode(NodeRow row, long until, long untilTime) throws Failure {
            complete();
            put(() -> load.oldNode(row, until, untilTime));
        }

        @Override
        public void oldBlock(BlockRow row, long until, long untilTime) throws Failure {
            complete();
            put(() -> load.oldBlock(row, until, untilTime));
        }
    }

    /** A commit was added to the log. */
    void counted(Commit commit) {
        commits.incrementAndGet();
        actions.addAndGet(commit.actions().size());
    }

    /**
     * Writes a checkpoint when enough commits came since the last.
     *
     * @param more whether others follow at once: each checkpoint costs a look at every row
     */
    synchronized void writeWhenDue(boolean more) throws IOException {
        Checkpoint last = newest;
        long most = more && last != null ? Math.max(MOST_ACTIONS, last.rows() / LATER) : MOST_ACTIONS;
        if (actions.get() >= most || commits.get() >= (more ? LATER * MOST_COMMITS : MOST_COMMITS)) {
            write();
        }
    }

    /** Writes a checkpoint of the head. */
    synchronized void write() throws IOException {
        write(newest);
    }

    /** The same, with pages of its own. */
    synchronized void writeAnew() throws IOException {
        write(null);
    }

    /** @param previous whose pages are listed again where nothing changed; null writes all */
    private void write(@Nullable Checkpoint previous) throws IOException {
        try (Snapshot snapshot = database.snapshot()) {
            commits.set(0);
            actions.set(0);
            Head head = snapshot.head();
            newest = vault.writeCheckpoint(head.seq(), head.hash(), source(snapshot), previous);
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
