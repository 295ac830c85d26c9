package aloft.state;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.NodeRow;
import java.io.Closeable;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Consumer;

/**
 * All rows as of one moment, each table sorted by its key, names by bytes: what a checkpoint is made of. For one
 * thread. A load that is finished meanwhile ends it: it throws {@link Failure.Damaged} from then on.
 */
public final class Snapshot implements Closeable {

    private final Session session;
    private final Database.Head head;

    Snapshot(Session session) throws Failure {
        this.session = session;
        try {
            session.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SNAPSHOT");
            this.head = Database.head(session);
        } catch (SQLException e) {
            close();
            throw Sessions.failure(e);
        }
    }

    public Database.Head head() {
        return head;
    }

    public void nodes(Consumer<NodeRow> to) throws Failure {
        each(row -> to.accept(Rows.node(row)), "SELECT " + Rows.NODE + " FROM node ORDER BY parent, name");
    }

    public void blocks(Consumer<BlockRow> to) throws Failure {
        each(row -> to.accept(Rows.block(row)), "SELECT " + Rows.BLOCK + " FROM block ORDER BY file, number");
    }

    public void oldNodes(Consumer<OldNode> to) throws Failure {
        each(row -> to.accept(Rows.oldNode(row)),
                "SELECT " + Rows.NODE + Rows.UNTIL + " FROM old_node ORDER BY parent, name, until_seq");
    }

    public void oldBlocks(Consumer<OldBlock> to) throws Failure {
        each(row -> to.accept(Rows.oldBlock(row)),
                "SELECT " + Rows.BLOCK + Rows.UNTIL + " FROM old_block ORDER BY file, number, until_seq");
    }

    public Map<Integer, String> devices() throws Failure {
        try {
            return Database.devices(session);
        } catch (SQLException e) {
            throw Sessions.failure(e);
        }
    }

    private void each(Session.RowReader reader, String sql) throws Failure {
        try {
            session.query(reader, sql);
        } catch (SQLException e) {
            throw Sessions.failure(e);
        }
    }

    @Override
    public void close() {
        Sessions.close(session);
    }
}
