package aloft.vault;

/** vault.json after it was opened, and the keys in it. */
record Unlocked(VaultFile file, Keys keys) {}
