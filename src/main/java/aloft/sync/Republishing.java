package aloft.sync;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.Commit;
import aloft.format.ObjectId;
import aloft.state.Database;
import aloft.state.Database.Head;
import aloft.state.History.Change;
import aloft.vault.Vault;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives a cloud that went back in time what this device has seen of it: new changes behind those that are there make
 * the rows what they were. A cloud that went on differently is left alone. For one thread, without a drive.
 */
public final class Republishing {

    /** JSON of one commit. */
    private static final int MOST_BYTES = 8 << 20;

    private final Vault vault;
    private final Database ours;
    private final Database theirs;
    private final HighWater highWater;
    private final InstantSource clock;

    /**
     * @param changes that were published
     * @param missing objects that the rows name and the cloud lost
     */
    public record Result(int changes, int missing) {}

    /**
     * @param ours   what this device has seen
     * @param theirs empty, for what the cloud has now
     */
    public Republishing(Vault vault, Database ours, Database theirs, HighWater highWater,
            InstantSource clock) {
        this.vault = vault;
        this.ours = ours;
        this.theirs = theirs;
        this.highWater = highWater;
        this.clock = clock;
    }

    /**
     * Returns when the cloud and the database of this device have the same again. If it ends before, it is to be
     * called again.
     *
     * @throws Failure.Refused when the cloud has changes that this device has not seen
     */
    public Result run() throws IOException {
        int device = SyncEngine.keptDevice(ours)
                .orElseThrow(
                        () -> new Failure.Refused("This computer has seen nothing of the vault yet.", null));
        vault.checkFile(true);
        Head seen = ours.head();
        if (vault.hashOf(seen.seq()).filter(hash -> Arrays.equals(hash, seen.hash())).isPresent()) {
            return new Result(0, 0);
        }
        dropIndexesBeyondTheLog();
        var cloud = new Checkpoints(vault, theirs);
        cloud.load((head, rows) -> {});
        followToTheEnd();
        mustBeOfOurPast(device);
        var difference = new RowDifference(theirs, ours);
        int changes = publish(difference.actions(), device);
        Set<ObjectId> missing = new HashSet<>(difference.objects());
        vault.list(Vault.Kind.PACK, object -> missing.remove(object.id()));
        Head head = theirs.head();
        if (changes > 0) {
            cloud.write();
            var mine = new Checkpoints(vault, ours);
            mine.load((at, rows) -> {});
            mine.follow(head);
        }
        highWater.note(new HighWater.Mark(vault.id(), head.seq(), head.hash(), vault.keyRevision(),
                clock.millis()));
        return new Result(changes, missing.size());
    }

    /** They were left behind when the log was taken away, and what follows on the log is none of theirs. */
    private void dropIndexesBeyondTheLog() throws IOException {
        for (long seq : vault.checkpoints()) {
            if (vault.hashOf(seq).isEmpty()) {
                vault.deleteCheckpoint(seq);
            }
        }
    }

    private void followToTheEnd() throws IOException {
        try (var log = new CommitsAhead(vault)) {
            log.follow(theirs.head(), Long.MAX_VALUE, theirs::apply);
        }
    }

    /** What the cloud has was seen by this device, or published by it here before. */
    private void mustBeOfOurPast(int device) throws IOException {
        for (long seq = theirs.head().seq(); seq > 0; seq--) {
            Optional<byte[]> seen = ours.hashAt(seq);
            Optional<byte[]> there = theirs.hashAt(seq);
            if (seen.isPresent() && there.isPresent() && Arrays.equals(seen.get(), there.get())) {
                return;
            }
            Optional<Change> change = theirs.history().change(seq);
            if (change.isEmpty() || change.get().device() != device) {
                throw new Failure.Refused(
                        "The cloud has changes that this computer has not seen, on top of an"
                                + " older state. Mount the drive, copy from it what you want to keep, unmount it, and"
                                + " take what the cloud has: aloft doctor --accept-rollback",
                        null);
            }
        }
    }

    private int publish(List<Action> actions, int device) throws IOException {
        int count = 0;
        int next = 0;
        while (next < actions.size()) {
            int from = next;
            long bytes = 0;
            while (next < actions.size() && next - from < Commit.MAX_ACTIONS && bytes < MOST_BYTES) {
                bytes += Vault.sizeOf(actions.get(next));
                next++;
            }
            Head head = theirs.head();
            var commit = new Commit(head.seq() + 1, device, clock.millis(), vault.keyRevision(), Map.of(),
                    actions.subList(from, next));
            Vault.Sealed sealed = vault.seal(commit, head.hash());
            if (!Opening.won(vault, sealed)) {
                throw new Failure.Busy("Another device writes at the same time; try again.",
                        java.time.Duration.ZERO);
            }
            theirs.apply(commit, sealed.hash());
            count++;
        }
        return count;
    }
}
