package aloft.state;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.NodeRow;
import java.io.Closeable;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Fills the database with the rows of a checkpoint, in any order, fastest when sorted by key. The rows go to a
 * file of their own, which takes the place of the old one in {@link #finish}; until then, and when it is
 * closed before, nothing changes. For one thread.
 */
public final class Load implements Closeable {

    /** Who puts the file in its place. */
    @FunctionalInterface
    interface Finish {
        void replaceBy(Sessions loaded, Database.Head head) throws Failure;
    }

    private static final int BATCH = 500;
    private static final int TRANSACTION = 20_000;

    private final Sessions sessions;
    private final Finish finish;
    private final Session session;
    private final Batch nodes;
    private final Batch blocks;
    private final Batch oldNodes;
    private final Batch oldBlocks;
    private int uncommitted;

    Load(Sessions sessions, Finish finish) throws Failure {
        this.sessions = sessions;
        this.finish = finish;
        try {
            this.session = sessions.borrow();
            this.nodes = new Batch(session.prepare(Rows.INSERT_NODE));
            this.blocks = new Batch(session.prepare(Rows.INSERT_BLOCK));
            this.oldNodes = new Batch(session.prepare(Rows.INSERT_OLD_NODE));
            this.oldBlocks = new Batch(session.prepare(Rows.INSERT_OLD_BLOCK));
        } catch (SQLException e) {
            sessions.close();
            throw Sessions.failure(e);
        }
    }

    private final class Batch {
        private final PreparedStatement statement;
        private int rows;

        Batch(PreparedStatement statement) {
            this.statement = statement;
        }

        void add() throws SQLException {
            statement.addBatch();
            if (++rows == BATCH) {
                run();
            }
        }

        void run() throws SQLException {
            statement.executeBatch();
            uncommitted += rows;
            rows = 0;
            if (uncommitted >= TRANSACTION) {
                session.commit();
                uncommitted = 0;
            }
        }
    }

    /** Fills a statement's parameters. */
    @FunctionalInterface
    private interface Filling {
        void fill(PreparedStatement statement) throws SQLException;
    }

    private static void add(Batch batch, Filling filling) throws Failure {
        try {
            filling.fill(batch.statement);
            batch.add();
        } catch (SQLException e) {
            throw Sessions.failure(e);
        }
    }

    public void node(NodeRow row) throws Failure {
        add(nodes, statement -> Rows.fill(statement, row));
    }

    public void block(BlockRow row) throws Failure {
        add(blocks, statement -> Rows.fill(statement, row));
    }

    public void oldNode(NodeRow row, long until, long untilTime) throws Failure {
        add(oldNodes, statement -> Rows.fill(statement, row, until, untilTime));
    }

    public void oldBlock(BlockRow row, long until, long untilTime) throws Failure {
        add(oldBlocks, statement -> Rows.fill(statement, row, until, untilTime));
    }

    public void device(int id, String name) throws Failure {
        try {
            session.update("MERGE INTO device (id, name) VALUES (?, ?)", id, name);
        } catch (SQLException e) {
            throw Sessions.failure(e);
        }
    }

    /**
     * Makes what was loaded the content of the database; pins and values stay.
     *
     * @param head the commit that the checkpoint ends with
     */
    public void finish(Database.Head head) throws Failure {
        try {
            nodes.run();
            blocks.run();
            oldNodes.run();
            oldBlocks.run();
            session.commit();
            Schema.index(session);
            session.commit();
            finish.replaceBy(sessions, head);
        } catch (SQLException e) {
            throw Sessions.failure(e);
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        Sessions.close(session); // or what it has not committed would lock the next load out
        sessions.close();
    }
}
