package aloft.state;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was before, as far as it is kept. Thread safe. */
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

    private static final String OLD_NODE = "SELECT " + Rows.NODE + Rows.UNTIL + " FROM old_node ";

    private final Runner reading;

    History(Runner reading) {
        this.reading = reading;
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

    /**
     * How far history may be forgotten.
     *
     * @param seq  at most so far
     * @param time milliseconds since 1970: what was superseded later, by the clock of who did it, stays
     * @return a seq: what ended there or earlier may go; 0 when there is nothing
     */
    public long forgettable(long seq, long time) throws Failure {
        return reading.run(session -> {
            Long kept = session.firstOrNull(row -> row.getLong(1), """
                    SELECT MIN(until_seq) FROM (
                      SELECT until_seq FROM old_node WHERE until_time >= ?
                      UNION ALL SELECT until_seq FROM old_block WHERE until_time >= ?) AS kept
                    HAVING MIN(until_seq) IS NOT NULL""", time, time);
            long most = kept == null ? seq : Math.min(seq, kept - 1);
            Long last = session.firstOrNull(row -> row.getLong(1), """
                    SELECT MAX(until_seq) FROM (
                      SELECT until_seq FROM old_node WHERE until_seq <= ?
                      UNION ALL SELECT until_seq FROM old_block WHERE until_seq <= ?) AS gone
                    HAVING MAX(until_seq) IS NOT NULL""", most, most);
            return last == null ? 0 : last;
        });
    }
}
