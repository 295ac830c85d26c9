package aloft.tree;

import aloft.format.Commit;
import aloft.format.Name;
import java.time.Duration;
import java.util.Collection;

/** Hears of changes that came from another device, after the tree shows them. */
@FunctionalInterface
public interface TreeListener {
    void changed(Commit commit, Collection<String> paths);

    /**
     * Two devices changed one entry, and a conflicted copy gets this name or, where that is taken, one like it. Called
     * under locks: it only takes notice.
     */
    default void conflicted(Name copy) {}

    /**
     * All that is pinned is on this device, after some of it was not.
     *
     * @param files that came down
     * @param bytes that they have
     * @param took  since the first of it was missing
     */
    default void kept(int files, long bytes, Duration took) {}

    /** A conflicted copy was needless after all, and is gone. */
    default void dropped(String path) {}
}
