package aloft.state;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.NodeRow;
import aloft.format.ObjectId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the stored objects are needed for. Thread safe. */
public final class StoredObjects {

    private static final int DEEPEST = 10_000;

    private final History.Runner reading;

    StoredObjects(History.Runner reading) {
        this.reading = reading;
    }

    /** Takes the ciphertext bytes of one block. */
    @FunctionalInterface
    public interface Uses {
        /** @param old whether only an earlier version has it there */
        void use(ObjectId object, int length, boolean old);
    }

    /** A file and where it is, one char (0 to 255) for each byte. */
    public record Placed(NodeRow row, String path) {}

    /** Every block of the present and of the history. Reads the tables from end to end and trusts no index. */
    public void uses(Uses to) throws Failure {
        reading.run(session -> {
            session.query(row -> to.use(new ObjectId(row.getLong(1), row.getLong(2)), row.getInt(3), false),
                    "SELECT object_high, object_low, length FROM block");
            session.query(row -> to.use(new ObjectId(row.getLong(1), row.getLong(2)), row.getInt(3), true),
                    "SELECT object_high, object_low, length FROM old_block WHERE length > 0");
            return true;
        });
    }

    /** Whether a row of the present or of the history names the object. */
    public boolean isNamed(ObjectId object) throws Failure {
        return reading.run(session -> named(session, "block", object) || named(session, "old_block", object));
    }

    private static boolean named(Session session, String table, ObjectId object)
            throws java.sql.SQLException {
        return session.firstOrNull(row -> true,
                "SELECT 1 FROM " + table + " WHERE object_high = ? AND object_low = ? LIMIT 1", object.high(),
                object.low()) != null;
    }

    /** The present blocks that lie in an object, by file and index. */
    public List<BlockRow> blocksIn(ObjectId object) throws Failure {
        return reading.run(session -> session.list(Rows::block, "SELECT " + Rows.BLOCK
                + " FROM block WHERE object_high = ? AND object_low = ? ORDER BY file, number", object.high(),
                object.low()));
    }

    /** The same of the history. */
    public List<BlockRow> oldBlocksIn(ObjectId object) throws Failure {
        return reading.run(session -> session.list(Rows::block, "SELECT " + Rows.BLOCK
                + " FROM old_block WHERE object_high = ? AND object_low = ? AND length > 0"
                + " ORDER BY file, number", object.high(), object.low()));
    }

    /** Empty when the file is gone. */
    public Optional<Placed> file(long id) throws Failure {
        return reading.run(session -> {
            NodeRow row = byId(session, id);
            Deque<String> names = new ArrayDeque<>();
            for (NodeRow at = row; at != null && names.size() < DEEPEST; at = byId(session, at.parent())) {
                names.addFirst(at.name().raw());
            }
            return row == null
                    ? Optional.empty()
                    : Optional.of(new Placed(row, "/" + String.join("/", names)));
        });
    }

    private static @Nullable NodeRow byId(Session session, long id) throws java.sql.SQLException {
        return session.firstOrNull(Rows::node, "SELECT " + Rows.NODE + " FROM node WHERE id = ? LIMIT 1", id);
    }
}
