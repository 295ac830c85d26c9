package aloft.cli.drive;

import aloft.tree.Keeping;
import java.io.Closeable;
import java.io.IOException;

/** A mounted drive with all that it is built of. */
public interface RunningDrive extends Closeable {

    Keeping keeping();

    /**
     * Takes the drive from its folder. What it is built of goes on, so that the rest can go up.
     *
     * @param force even when programs use it: what they have open fails from then on
     * @throws IOException when programs use it and it is not forced
     */
    void unmount(boolean force) throws IOException, InterruptedException;

    /** Returns when the drive is unmounted, by whomever. */
    void awaitEnd() throws InterruptedException;

    /** Closes all of it, in the order in which one needs the other. */
    @Override
    void close() throws IOException;
}
