package aloft.vault;

import aloft.failure.Failure;
import aloft.format.ObjectId;
import aloft.store.Store;
import aloft.vault.Checkpoint.Page;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The checkpoints of a vault: finds the one to begin with, adds one, drops the oldest. */
final class CheckpointIndexes {

    private static final System.Logger LOG = System.getLogger(CheckpointIndexes.class.getName());
    private static final int KEPT = 3;

    private final Store store;
    private final KeySource keys;

    /** The keys that an object needs, which may be newer than those at hand. */
    @FunctionalInterface
    interface KeySource {
        Keys of(byte[] object) throws Failure, InterruptedIOException;
    }

    CheckpointIndexes(Store store, KeySource keys) {
        this.store = store;
        this.keys = keys;
    }

    Optional<Checkpoint> newestBefore(long seq) throws Failure, InterruptedIOException {
        for (long found : seqs()) {
            if (found < seq) {
                try {
                    return Optional.of(read(found));
                } catch (Failure.Missing | Failure.Damaged e) {
                    LOG.log(Level.WARNING, "Checkpoint {0} cannot be used: {1}", found, e.getMessage());
                }
            }
        }
        return Optional.empty();
    }

    Checkpoint write(Keys now, Supplier<ObjectId> ids, long seq, byte[] headHash, RowSource rows,
            @Nullable Checkpoint previous) throws Failure, InterruptedIOException {
        boolean isKept = previous != null && seqs().contains(previous.seq());
        List<Page> pages = new CheckpointWriter(new PageObjects(store, now, ids), isKept ? previous : null)
                .write(rows);
        var checkpoint = new Checkpoint(seq, headHash, pages);
        if (!new Claim(store).put(ObjectKeys.checkpoint(seq), CheckpointIndex.seal(now, checkpoint))) {
            return read(seq);
        }
        for (long old : seqs().stream().skip(KEPT).toList()) {
            store.delete(ObjectKeys.checkpoint(old));
        }
        return checkpoint;
    }

    Set<ObjectId> pagesInUse() throws Failure, InterruptedIOException {
        Set<ObjectId> used = new HashSet<>();
        for (long seq : seqs()) {
            try {
                used.addAll(read(seq).objects());
            } catch (Failure.Missing e) {
                LOG.log(Level.DEBUG, "Checkpoint {0} went meanwhile", seq);
            }
        }
        return used;
    }

    Checkpoint read(long seq) throws Failure, InterruptedIOException {
        byte[] object = store.get(ObjectKeys.checkpoint(seq), CheckpointIndex.MAX_OBJECT).bytes();
        return CheckpointIndex.open(keys.of(object), seq, object);
    }

    /** Newest first. */
    List<Long> seqs() throws Failure, InterruptedIOException {
        List<Long> found = new ArrayList<>();
        store.list(ObjectKeys.CHECKPOINTS, object -> found.add(ObjectKeys.checkpointSeq(object.key())));
        return found.stream().filter(seq -> seq > 0).sorted(Comparator.reverseOrder()).toList();
    }
}
