package aloft.tree;

import aloft.format.Commit;

/** Hears of changes that came from another device, after the tree shows them. */
@FunctionalInterface
public interface TreeListener {
    void changed(Commit commit);
}
