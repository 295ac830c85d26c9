package aloft.cache;

import java.io.IOException;

/**
 * How much the cache may take.
 *
 * @param disk   bytes of ciphertext on the disk besides what is pinned or in use
 * @param memory bytes of decrypted segments in memory
 * @param files  files held open at once, at least 1
 */
public record CacheLimits(long disk, long memory, int files) {

    private static final long MEMORY = 48L << 20;
    private static final int FILES = 128;

    public CacheLimits {
        if (disk < 0 || memory < 0 || files < 1) {
            throw new IllegalArgumentException("not limits of a cache");
        }
    }

    /** This much of the disk, and the usual rest. */
    public static CacheLimits ofDisk(long disk) {
        return new CacheLimits(disk, MEMORY, FILES);
    }

    /** A tenth of the disk. */
    public static CacheLimits usual(DiskSpace space) throws IOException {
        return ofDisk(space.total() / 10);
    }
}
