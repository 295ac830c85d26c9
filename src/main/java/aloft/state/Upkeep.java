package aloft.state;

import java.sql.SQLException;

/**
 * Keeps the file small. H2 writes every commit to new places and would collect what is old only in a thread of
 * its own, which wakes all the time, or in seconds on closing.
 */
final class Upkeep {

    /** Commits between two rounds. */
    private static final int ROUND = 16;
    /** Of what lies in the file, how much is to be in use at least, in percent. */
    private static final int IN_USE = 50;
    private static final int BYTES = 2 << 20;

    private int commits;

    /** Called after each commit, by one thread at a time. */
    void committed(Session session) throws SQLException {
        if (++commits % ROUND == 0) {
            session.store().compact(IN_USE, BYTES);
        }
    }
}
