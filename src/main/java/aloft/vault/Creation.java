package aloft.vault;

import aloft.failure.Failure;
import aloft.store.Store;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes a vault where there is none. */
final class Creation {

    private static final System.Logger LOG = System.getLogger(Creation.class.getName());
    private static final int ID_BYTES = 16;
    private static final int FIRST_ROOT = 1;

    private final Store store;
    private final SecureRandom random;

    Creation(Store store, SecureRandom random) {
        this.store = store;
        this.random = random;
    }

    Unlocked create(Secret passphrase, Kdf kdf, byte[] recoveryKey)
            throws Failure, InterruptedIOException {
        refuseWhereSomethingIs();
        byte[] vaultId = bytes(ID_BYTES);
        byte[] vaultKey = bytes(Derive.KEY_BYTES);
        var keys = new Keys(vaultId, vaultKey, Map.of(FIRST_ROOT, bytes(Derive.KEY_BYTES)), FIRST_ROOT, 1);
        VaultFile file = VaultFile.write(keys,
                List.of(Slot.forPassphrase(passphrase, kdf, vaultId, vaultKey, random),
                        Slot.forRecoveryKey(recoveryKey, vaultId, vaultKey, random)),
                null);
        store.put(ObjectKeys.README, Readme.TEXT.getBytes(StandardCharsets.UTF_8));
        if (!new Claim(store).put(VaultFile.KEY, file.bytes())) {
            throw alreadyThere();
        }
        backUp(file);
        return new Unlocked(file, keys);
    }

    /** The vault is there by now, and the user must get to see the recovery key. */
    private void backUp(VaultFile file) throws InterruptedIOException {
        try {
            store.put(VaultFile.backupKey(1), file.bytes());
        } catch (Failure e) {
            LOG.log(Level.WARNING, "The vault has no backup of {0}: {1}", VaultFile.KEY, e.getMessage());
        }
    }

    private void refuseWhereSomethingIs() throws Failure, InterruptedIOException {
        try {
            store.get(VaultFile.KEY, VaultFile.MAX_BYTES);
            throw alreadyThere();
        } catch (Failure.Missing e) {
            List<Store.Listed> commits = new ArrayList<>();
            store.list(ObjectKeys.COMMITS, commits::add);
            if (!commits.isEmpty()) {
                throw new Failure.Refused("In " + store + " lies data of a vault whose vault.json is gone.",
                        e);
            }
        }
    }

    private Failure.Refused alreadyThere() {
        return new Failure.Refused("There is a vault in " + store + " already.", null);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
