package aloft.tree;

import aloft.format.NodeRow;
import org.jspecify.annotations.Nullable;

/**
 * That an entry differs from what the log says, or did when it was last looked at. Guarded by the tree's
 * lock.
 */
final class Intent {

    long id;
    /** The row in the log; null when the log has none. */
    @Nullable
    NodeRow base;
    /** Number of the last change. */
    long stamp;
    /** No journal record before this one is needed for the entry's present state. */
    long ref;
    /** A commit has the entry as of this change, and its content as of this record. */
    long doneStamp;
    long doneRef;

    Intent(long id, @Nullable NodeRow base) {
        this.id = id;
        this.base = base;
    }
}
