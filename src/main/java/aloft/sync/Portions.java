package aloft.sync;

import aloft.sync.LocalChanges.DirtyFile;
import java.util.ArrayList;
import java.util.List;

/** What goes up between two commits, so that much is not in the cloud only when all of it is. */
final class Portions {

    private static final int FILES = 2_000;
    private static final long BYTES = 128L << 20;

    private Portions() {}

    /** In order; at least one, which may be empty. */
    static List<List<DirtyFile>> of(List<DirtyFile> files) {
        List<List<DirtyFile>> portions = new ArrayList<>();
        List<DirtyFile> portion = new ArrayList<>();
        long bytes = 0;
        for (DirtyFile file : files) {
            if (portion.size() == FILES || bytes >= BYTES) {
                portions.add(portion);
                portion = new ArrayList<>();
                bytes = 0;
            }
            portion.add(file);
            bytes += sizeOf(file);
        }
        portions.add(portion);
        return portions;
    }

    /** Bytes that go up at most. */
    private static long sizeOf(DirtyFile file) {
        return Math.min(file.row().size(), (long) file.blocks().size() << file.row().blockBits());
    }
}
