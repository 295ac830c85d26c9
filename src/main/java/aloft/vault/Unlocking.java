package aloft.vault;

import aloft.failure.Failure;
import aloft.store.Store;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Opens vault.json, or one of its backups when it is damaged. */
final class Unlocking {

    private static final System.Logger LOG = System.getLogger(Unlocking.class.getName());
    /** Backups looked for when nothing tells the revision. */
    private static final int GUESSES = 8;

    private final Store store;
    private final Secret secret;
    private final byte @Nullable [] recoveryKey;

    Unlocking(Store store, Secret secret) {
        this.store = store;
        this.secret = secret;
        this.recoveryKey = RecoveryKey.decodeOrNull(secret.open());
    }

    Unlocked open(byte @Nullable [] offlineCopy) throws Failure, InterruptedIOException {
        byte[] current;
        try {
            current = store.get(VaultFile.KEY, VaultFile.MAX_BYTES).bytes();
        } catch (Failure.Unreachable | Failure.Busy e) {
            if (offlineCopy == null) {
                throw e;
            }
            return openCopy(offlineCopy);
        } catch (Failure.Missing e) {
            return openBackup(null, offlineCopy, offlineCopy == null
                    ? new Failure.Refused("There is no Aloft vault in " + store
                            + ": check the place, or make a vault there with aloft create.", e)
                    : new Failure.Damaged("vault.json is gone from " + store + ".", e));
        } catch (Failure.Damaged e) {
            return openBackup(null, offlineCopy, e);
        }
        VaultFile file = null;
        try {
            file = VaultFile.parse(current);
            VaultFile known = parsedOrNull(offlineCopy);
            return known == null ? open(file) : newest(file, known);
        } catch (Failure.Damaged e) {
            return openBackup(file, offlineCopy, e);
        }
    }

    Unlocked openCopy(byte[] copy) throws Failure {
        return open(VaultFile.parse(copy));
    }

    /** What the store has, unless this device has seen a newer state of it. */
    private Unlocked newest(VaultFile stored, VaultFile known) throws Failure {
        if (Arrays.equals(stored.bytes(), known.bytes())) {
            return open(stored);
        }
        boolean same = Arrays.equals(stored.vaultId(), known.vaultId());
        try {
            Unlocked opened = open(stored);
            return same && stored.revision() < known.revision()
                    ? new Unlocked(known, known.open(opened.keys().vaultKey()), true)
                    : opened;
        } catch (Failure.WrongPassphrase e) {
            Unlocked mine = openOrNull(known);
            if (mine == null || same && stored.revision() >= known.revision()) {
                throw e;
            }
            if (!same) {
                throw new Failure.Refused(
                        "In " + store + " lies the vault.json of another vault than the one "
                                + "that this computer knows: check the place, or put the right file back.",
                        e);
            }
            return new Unlocked(mine.file(), mine.keys(), true);
        }
    }

    private static @Nullable VaultFile parsedOrNull(byte @Nullable [] copy) throws Failure {
        try {
            return copy == null ? null : VaultFile.parse(copy);
        } catch (Failure.Damaged e) {
            LOG.log(Level.WARNING, "This computer''s copy of {0} is damaged.", VaultFile.KEY);
            return null;
        }
    }

    private @Nullable Unlocked openOrNull(VaultFile file) throws Failure {
        try {
            return open(file);
        } catch (Failure.WrongPassphrase e) {
            return null;
        }
    }

    private Unlocked openBackup(@Nullable VaultFile damaged, byte @Nullable [] offlineCopy,
            Failure reason) throws Failure, InterruptedIOException {
        VaultFile offline = parsedOrNull(offlineCopy);
        for (long revision : revisions(damaged, offline)) {
            String key = VaultFile.backupKey(revision);
            try {
                Unlocked unlocked = open(VaultFile.parse(store.get(key, VaultFile.MAX_BYTES).bytes()));
                LOG.log(Level.WARNING, "{0} in {1} is damaged; {2} was used instead. A new passphrase or "
                        + "recovery key replaces the damaged file.", VaultFile.KEY, store, key);
                return unlocked;
            } catch (Failure.Missing | Failure.Damaged | Failure.WrongPassphrase e) {
                LOG.log(Level.DEBUG, "{0} cannot be used: {1}", key, e.getMessage());
            }
        }
        if (offline != null) {
            LOG.log(Level.WARNING, "{0} in {1} is damaged; this computer''s copy was used instead.",
                    VaultFile.KEY, store);
            return open(offline);
        }
        if (reason instanceof Failure.Damaged) {
            String right = VaultFile.DAMAGED.equals(reason.getMessage())
                    ? "The passphrase is right, but "
                    : "";
            throw new Failure.Damaged(
                    right + "vault.json in " + store + " is damaged, and no copy of it can be"
                            + " used: restore that file from a backup of the server.",
                    reason);
        }
        throw reason;
    }

    private static Iterable<Long> revisions(@Nullable VaultFile damaged, @Nullable VaultFile offline) {
        var revisions = new TreeSet<Long>();
        for (VaultFile file : new VaultFile[]{damaged, offline}) {
            if (file != null) {
                revisions.add(file.revision() + 1);
                revisions.add(file.revision());
            }
        }
        for (long revision = 1; revision <= GUESSES; revision++) {
            revisions.add(revision);
        }
        return revisions.descendingSet();
    }

    private Unlocked open(VaultFile file) throws Failure {
        for (Slot slot : cheapFirst(file.slots())) {
            Slot.Match match = slot.matchOrNull(secret, recoveryKey, file.vaultId());
            if (match != null) {
                return unwrapped(file, match);
            }
        }
        throw new Failure.WrongPassphrase(recoveryKey == null && RecoveryKey.looksLikeOne(secret.open())
                ? "Wrong passphrase: if it is the recovery key, there is a typing mistake in it."
                : "Wrong passphrase: try again, or use the recovery key.");
    }

    private static List<Slot> cheapFirst(List<Slot> slots) {
        return slots.stream().sorted(Comparator.comparing(slot -> slot.kdf() != null)).toList();
    }

    private static Unlocked unwrapped(VaultFile file, Slot.Match match) throws Failure.Damaged {
        try {
            byte[] vaultKey = match.unwrap();
            if (vaultKey.length != Derive.KEY_BYTES) {
                throw new GeneralSecurityException("not a key");
            }
            return new Unlocked(file, file.open(vaultKey));
        } catch (GeneralSecurityException e) {
            throw new Failure.Damaged(VaultFile.DAMAGED, e);
        } finally {
            Arrays.fill(match.prk(), (byte) 0);
        }
    }
}
