package aloft.vault;

/**
 * Cost of turning a passphrase into a key by Argon2id (RFC 9106).
 *
 * @param memoryKiB 8 times {@code lanes} to 1,048,576
 * @param passes    1 to 16
 * @param lanes     1 to 16
 */
public record Kdf(int memoryKiB, int passes, int lanes) {

    /** What people's vaults are made with: 128 MiB, about half a second. */
    public static final Kdf DEFAULT = new Kdf(128 << 10, 3, 4);

    private static final int MAX_MEMORY_KIB = 1 << 20;
    private static final int MAX_PASSES = 16;
    private static final int MAX_LANES = 16;

    public Kdf {
        if (lanes < 1 || lanes > MAX_LANES || passes < 1 || passes > MAX_PASSES || memoryKiB < 8 * lanes
                || memoryKiB > MAX_MEMORY_KIB) {
            throw new IllegalArgumentException("Argon2id parameters out of range");
        }
    }
}
