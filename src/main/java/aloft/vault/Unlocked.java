package aloft.vault;

/**
 * vault.json after it was opened, and the keys in it.
 *
 * @param newer whether the store had an older state of it than this device
 */
record Unlocked(VaultFile file, Keys keys, boolean newer) {

    Unlocked(VaultFile file, Keys keys) {
        this(file, keys, false);
    }
}
