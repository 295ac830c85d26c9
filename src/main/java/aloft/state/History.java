package aloft.state;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.Name;
import aloft.format.ObjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was before, as far as it is kept, and what stored objects are still needed. Thread safe. */
public final class History {

    /** Runs work on a session of the database. */
    @FunctionalInterface
    interface Runner {
        <T> T run(Sessions.Work<T> work) throws Failure;
    }

    /**
     * A commit of the past.
     *
     * @param time milliseconds since 1970 by the writer's clock
     */
    public record Change(long seq, long time, int device) {}

    /** Takes what is known of a stored object: ciphertext bytes that present and that only earlier rows name. */
    @FunctionalInterface
    public interface Objects {
        void object(ObjectId id, long live, long old);
    }

    private static final String OLD_NODE = "SELECT " + Rows.NODE + Rows.UNTIL + " FROM old_node ";

    private final Runner reading;
    private final Runner writing;

    History(Runner reading, Runner writing) {
        this.reading = reading;
        this.writing = writing;
    }

    /** Who made a commit and when; empty when it is older than what is kept. */
    public Optional<Change> change(long seq) throws Failure {
        return reading.run(session -> Optional.ofNullable(session.firstOrNull(
                row -> new Change(row.getLong(1), row.getLong(2), row.getInt(3)),
                "SELECT seq, time, device FROM log WHERE seq = ?", seq)));
    }

    /** What had this name before, newest first. */
    public List<OldNode> versions(long parent, Name name) throws Failure {
        return reading.run(session -> session.list(Rows::oldNode,
                OLD_NODE + "WHERE parent = ? AND name = ? ORDER BY until_seq DESC", parent, name.bytes()));
    }

    /** What a node was before, under whatever name, newest first. */
    public List<OldNode> versions(long node) throws Failure {
        return reading.run(session -> session.list(Rows::oldNode,
                OLD_NODE + "WHERE id = ? ORDER BY until_seq DESC", node));
    }

    /**
     * The last version of everything that is gone, newest first.
     *
     * @param since milliseconds since 1970: what went earlier is left out
     */
    public List<OldNode> deleted(long since) throws Failure {
        return reading.run(session -> session.list(Rows::oldNode, OLD_NODE + """
                gone WHERE until_time >= ?
                AND NOT EXISTS (SELECT 1 FROM node WHERE node.id = gone.id)
                AND NOT EXISTS (SELECT 1 FROM old_node later
                        WHERE later.id = gone.id AND later.until_seq > gone.until_seq)
                ORDER BY until_seq DESC, parent, name""", since));
    }

    /**
     * A file's blocks as they were right after a commit, by index. Those behind the file's size at that time do not
     * count.
     */
    public List<BlockRow> blocksAt(long file, long seq) throws Failure {
        return reading.run(session -> {
            SortedMap<Long, BlockRow> blocks = new TreeMap<>();
            session.query(row -> blocks.put(row.getLong(2), Rows.block(row)),
                    "SELECT " + Rows.BLOCK + " FROM block WHERE file = ?", file);
            // the row that was replaced first after the commit comes last
            session.query(row -> blocks.put(row.getLong(2), Rows.block(row)), "SELECT " + Rows.BLOCK
                    + " FROM old_block WHERE file = ? AND until_seq > ? ORDER BY until_seq DESC", file, seq);
            blocks.values().removeIf(block -> block.length() == 0);
            return new ArrayList<>(blocks.values());
        });
    }

    /** The present blocks that lie in an object, by file and index. */
    public List<BlockRow> blocksIn(ObjectId object) throws Failure {
        return reading.run(session -> session.list(Rows::block, "SELECT " + Rows.BLOCK
                + " FROM block WHERE object_high = ? AND object_low = ? ORDER BY file, number", object.high(),
                object.low()));
    }

    /** Every object that a row or the history names, by id. */
    public void objects(Objects to) throws Failure {
        reading.run(session -> {
            session.query(row -> to.object(new ObjectId(row.getLong(1), row.getLong(2)), row.getLong(3),
                    row.getLong(4)),
                    """
                            SELECT object_high, object_low, SUM(live), SUM(old) FROM (
                              SELECT object_high, object_low, length AS live, 0 AS old FROM block
                              UNION ALL SELECT object_high, object_low, 0, length FROM old_block WHERE length > 0)
                            GROUP BY object_high, object_low ORDER BY object_high, object_low""");
            return true;
        });
    }

    /**
     * Forgets what was superseded before a time, and commits before it whose hash need not be kept.
     *
     * @param time milliseconds since 1970
     * @return rows forgotten
     */
    public int forgetBefore(long time) throws Failure {
        return writing.run(session -> {
            session.update("DELETE FROM log WHERE time < ? AND seq <= (SELECT MAX(seq) FROM log) - ?", time,
                    Database.HASHES_KEPT);
            return session.update("DELETE FROM old_node WHERE until_time < ?", time)
                    + session.update("DELETE FROM old_block WHERE until_time < ?", time);
        });
    }
}
