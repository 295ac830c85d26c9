package aloft.sync;

import aloft.failure.Failure;
import aloft.state.Database;
import aloft.state.Database.Head;
import aloft.vault.Vault;
import java.io.IOException;
import java.lang.System.Logger.Level;

/** Brings a database forward that ends before what this device has seen already, as a loss of power may leave it. */
final class CatchUp {

    private static final System.Logger LOG = System.getLogger(CatchUp.class.getName());

    private CatchUp() {}

    /**
     * Asks nobody when the database is not behind.
     *
     * @param seen seq of the last commit that was seen, 0 for none
     * @return the database's head by now, which is less than that when the cloud has no more
     * @throws Failure.Unreachable with a sentence that says what to do
     */
    static Head from(Head head, long seen, Vault vault, Database database) throws IOException {
        if (head.seq() >= seen) {
            return head;
        }
        LOG.log(Level.WARNING,
                "The database ends at change {0,number,#} of {1,number,#}: the rest is read again.",
                head.seq(), seen);
        try (var commits = new CommitsAhead(vault)) {
            return commits.follow(head, seen, database::apply);
        } catch (Failure.Unreachable e) {
            throw new Failure.Unreachable(
                    "The list of files on this computer was set back, by a loss of power perhaps, and"
                            + " the cloud cannot be asked for the rest: mount the drive again with a network.",
                    e);
        }
    }
}
