package aloft.sync;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import aloft.state.Database;
import aloft.state.StoredObjects.Placed;
import aloft.vault.Vault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads and authenticates everything that the vault has in the cloud, past every cache, and heals what this device
 * is able to. Memory is bounded, but for some words on each damaged block. For one thread.
 */
public final class Verification {

    /** Objects that are put anew before the next commit. */
    private static final int HEALED_AT_ONCE = 16;

    private final Vault vault;
    private final Database database;
    private final SyncEngine engine;
    private final Checkpoints checkpoints;
    private final Downloader downloader;
    private final Repacker repacker;
    private final List<Found> found = new ArrayList<>();

    /**
     * Something that is not as it should be.
     *
     * @param what   a sentence; paths in it have one char (0 to 255) for each byte
     * @param healed whether it is well now
     */
    public record Found(String what, boolean healed) {}

    /** Hears how far it is. */
    @FunctionalInterface
    public interface Progress {
        /** @param done bytes of {@code total}, which may grow */
        void at(long done, long total, String item);
    }

    Verification(Vault vault, Database database, SyncEngine engine, Checkpoints checkpoints,
            Downloader downloader, Repacker repacker) {
        this.vault = vault;
        this.database = database;
        this.engine = engine;
        this.checkpoints = checkpoints;
        this.downloader = downloader;
        this.repacker = repacker;
    }

    /**
     * Returns what was found, nothing when all is well.
     *
     * @param repair whether to heal
     */
    public List<Found> run(boolean repair, Progress progress) throws IOException {
        found.clear();
        verifyFile(repair);
        verifyLog(progress);
        verifyCheckpoints(repair);
        verifyPacks(repair, progress);
        return List.copyOf(found);
    }

    private void verifyFile(boolean repair) throws IOException {
        vault.checkFile(repair).ifPresent(wrong -> found.add(new Found(wrong, repair)));
    }

    /** Each change must be there and follow on the one before. */
    private void verifyLog(Progress progress) throws IOException {
        try {
            engine.pull();
        } catch (Failure.Damaged | Failure.TooNew | Failure.ReadOnly e) {
            found.add(new Found(String.valueOf(e.getMessage()), false));
        }
        Optional<byte[]> before = Optional.of(Database.Head.NONE.hash());
        for (long seq = 1; seq <= engine.head(); seq++) {
            before = verifiedHash(seq, before);
            progress.at(seq, engine.head(), "changes");
        }
    }

    /** The hash of a change, as far as it is known: the next one cannot be judged without. */
    private Optional<byte[]> verifiedHash(long seq, Optional<byte[]> before) throws IOException {
        try {
            return Optional.of(before.isPresent()
                    ? opened(seq, before.get()).hash()
                    : vault.hashOf(seq).orElseThrow(() -> missing(seq)));
        } catch (Failure.Damaged | Failure.Missing e) {
            found.add(new Found(e.getMessage() + " What it did is in a checkpoint.", false));
            return database.hashAt(seq);
        }
    }

    /** Asks once more for what does not authenticate. */
    private Vault.Opened opened(long seq, byte[] before) throws IOException {
        try {
            return vault.open(seq, before, object(seq));
        } catch (Failure.Damaged e) {
            return vault.open(seq, before, object(seq));
        }
    }

    private byte[] object(long seq) throws IOException {
        return vault.sealed(seq).orElseThrow(() -> missing(seq));
    }

    private static Failure.Missing missing(long seq) {
        return new Failure.Missing("Change " + seq + " is missing.");
    }

    private void verifyCheckpoints(boolean repair) throws IOException {
        List<Long> damaged = new ArrayList<>();
        List<String> why = new ArrayList<>();
        List<Long> all = vault.checkpoints();
        for (long seq : all) {
            try {
                verifyCheckpoint(seq);
            } catch (Failure.Damaged | Failure.Missing e) {
                damaged.add(seq);
                why.add("Checkpoint " + seq + " cannot be used: " + e.getMessage());
            }
        }
        boolean heals = repair && engine.readOnly() == null && !damaged.isEmpty();
        if (heals) {
            for (long seq : damaged) {
                vault.deleteCheckpoint(seq);
            }
            checkpoints.writeAnew();
        }
        why.forEach(each -> found.add(new Found(each, heals)));
    }

    /** Asks once more for what does not authenticate: what is damaged may be deleted. */
    private void verifyCheckpoint(long seq) throws IOException {
        try {
            vault.reader(vault.checkpoint(seq)).read(NoRows.SINK);
        } catch (Failure.Damaged e) {
            vault.reader(vault.checkpoint(seq)).read(NoRows.SINK);
        }
    }

    private void verifyPacks(boolean repair, Progress progress) throws IOException {
        List<BlockRow> damaged;
        try (var check = new PackCheck(vault, database, progress)) {
            damaged = check.run();
        }
        damaged.forEach(downloader::found);
        if (repair && engine.readOnly() == null) {
            heal(damaged);
        }
        Map<Long, Long> bytes = new LinkedHashMap<>();
        Map<Long, Long> healed = new LinkedHashMap<>();
        for (BlockRow block : damaged) {
            bytes.merge(block.file(), (long) block.length(), Long::sum);
            if (isReplaced(block)) {
                healed.merge(block.file(), (long) block.length(), Long::sum);
                downloader.healed(block);
            }
        }
        for (Map.Entry<Long, Long> file : bytes.entrySet()) {
            long rest = file.getValue() - healed.getOrDefault(file.getKey(), 0L);
            found.add(new Found(
                    name(file.getKey()) + ": " + file.getValue() + " bytes are damaged in the cloud"
                            + (rest == 0
                                    ? ", and were put there anew from this device."
                                    : repair ? ", " + rest + " of them are not on this device either." : "."),
                    rest == 0));
        }
    }

    /** What this device has of the damaged objects is put into new ones. */
    private void heal(List<BlockRow> damaged) throws IOException {
        Set<ObjectId> objects = new LinkedHashSet<>();
        for (BlockRow block : damaged) {
            objects.add(block.object());
            if (objects.size() == HEALED_AT_ONCE) {
                repacker.repack(objects);
                objects.clear();
            }
        }
        if (!objects.isEmpty()) {
            repacker.repack(objects);
        }
    }

    private boolean isReplaced(BlockRow block) throws Failure {
        return database.blocks(block.file())
                .stream()
                .anyMatch(now -> now.index() == block.index() && !now.object().equals(block.object()));
    }

    private String name(long file) throws Failure {
        return database.objects().file(file).map(Placed::path).orElse("A file that was deleted");
    }
}
