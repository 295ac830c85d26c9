package aloft.cache;

import java.io.IOException;
import java.nio.file.Path;

/** Space of the disk that the cache lies on, in bytes. */
public interface DiskSpace {

    /** What this process may still write. */
    long free() throws IOException;

    long total() throws IOException;

    /** The disk that holds the folder. Files.getFileStore would not find it in a changed root (chroot). */
    static DiskSpace of(Path folder) {
        return new DiskSpace() {
            @Override
            public long free() {
                return folder.toFile().getUsableSpace();
            }

            @Override
            public long total() {
                return folder.toFile().getTotalSpace();
            }
        };
    }
}
