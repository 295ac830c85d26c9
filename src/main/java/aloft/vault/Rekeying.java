package aloft.vault;

import aloft.failure.Failure;
import aloft.store.Store;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Writes a new revision of vault.json with other slots: first as a backup, then in place if nobody else did. */
final class Rekeying {

    private static final System.Logger LOG = System.getLogger(Rekeying.class.getName());
    private static final int TRIES = 3;
    /** Older backups that are looked for to be deleted. */
    private static final int OLD_BACKUPS = 4;

    private final Store store;

    Rekeying(Store store) {
        this.store = store;
    }

    /**
     * @param known   what this device last saw; the base when the file in the store is damaged or older
     * @param change  from the slots that there are to those that shall be
     */
    Unlocked replace(Unlocked known, Function<List<Slot>, List<Slot>> change)
            throws Failure, InterruptedIOException {
        for (int i = 0; i < TRIES; i++) {
            Store.Read seen = readOrEmpty();
            Unlocked base = newest(seen.bytes(), known);
            Keys keys = base.keys().withRevision(base.keys().revision() + 1);
            VaultFile next = VaultFile.write(keys, change.apply(base.file().slots()), base.file().unknown());
            store.put(VaultFile.backupKey(next.revision()), next.bytes());
            if (put(next.bytes(), seen)) {
                deleteBackups(next.revision());
                return new Unlocked(next, keys);
            }
        }
        throw new Failure.Busy("Another device is changing vault.json at the same time; try again.",
                Duration.ZERO);
    }

    /** What is wrong with the file or its backup; empty when all is well. */
    Optional<String> findFault(Unlocked known) throws Failure, InterruptedIOException {
        byte[] stored = readOrEmpty(VaultFile.KEY).bytes();
        Unlocked newest = newest(stored, known);
        if (!Arrays.equals(stored, newest.file().bytes())) {
            return Optional.of(VaultFile.KEY + " is "
                    + (stored.length == 0
                            ? "missing."
                            : "damaged, or older than what this device has seen."));
        }
        String backup = VaultFile.backupKey(newest.file().revision());
        return Arrays.equals(readOrEmpty(backup).bytes(), stored)
                ? Optional.empty()
                : Optional.of(backup + " is missing or damaged.");
    }

    /** Puts both right: under a new revision when it is the file itself. */
    Unlocked mend(Unlocked known) throws Failure, InterruptedIOException {
        byte[] stored = readOrEmpty(VaultFile.KEY).bytes();
        Unlocked newest = newest(stored, known);
        if (!Arrays.equals(stored, newest.file().bytes())) {
            return replace(newest, slots -> slots);
        }
        store.put(VaultFile.backupKey(newest.file().revision()), stored);
        return newest;
    }

    private Store.Read readOrEmpty() throws Failure, InterruptedIOException {
        return readOrEmpty(VaultFile.KEY);
    }

    private Store.Read readOrEmpty(String key) throws Failure, InterruptedIOException {
        try {
            return store.get(key, VaultFile.MAX_BYTES);
        } catch (Failure.Missing e) {
            return new Store.Read(new byte[0], "");
        }
    }

    /** vault.json as it is now; what is known when it is damaged or older. */
    Unlocked newest(Unlocked known) throws Failure, InterruptedIOException {
        return newest(readOrEmpty().bytes(), known);
    }

    private static Unlocked newest(byte[] seen, Unlocked known) throws Failure {
        if (Arrays.equals(seen, known.file().bytes())) {
            return known;
        }
        try {
            VaultFile file = VaultFile.parse(seen);
            Keys keys = file.open(known.keys().vaultKey());
            return keys.revision() >= known.keys().revision() ? new Unlocked(file, keys) : known;
        } catch (Failure.Damaged e) {
            LOG.log(Level.WARNING, "{0} is damaged: {1}", VaultFile.KEY, e.getMessage());
            return known;
        }
    }

    private boolean put(byte[] bytes, Store.Read seen) throws Failure, InterruptedIOException {
        try {
            return seen.bytes().length == 0
                    ? store.putIfAbsent(VaultFile.KEY, bytes)
                    : store.replace(VaultFile.KEY, bytes, seen.version());
        } catch (Failure.Unreachable e) {
            if (Arrays.equals(readOrEmpty().bytes(), bytes)) {
                return true;
            }
            throw e;
        }
    }

    /** A backup from before would still open with the passphrase from before. */
    private void deleteBackups(long revision) throws InterruptedIOException {
        for (long old = revision - 1; old >= Math.max(1, revision - OLD_BACKUPS); old--) {
            try {
                store.delete(VaultFile.backupKey(old));
            } catch (Failure e) {
                LOG.log(Level.WARNING, "{0} could not be deleted: {1} It still opens with the passphrase "
                        + "from before.", VaultFile.backupKey(old), e.getMessage());
            }
        }
    }
}
