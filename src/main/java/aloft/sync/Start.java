package aloft.sync;

import aloft.format.NodeRow;
import aloft.state.Database.Head;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What a drive begins with.
 *
 * @param head   the last commit that the rows know of
 * @param device this device's number
 * @param rows   every entry, while the database is still being filled; null when it is there to be asked
 * @param why    this device may only read, until it is mounted again; null when it may write
 */
record Start(Head head, int device, @Nullable Collection<NodeRow> rows, @Nullable String why) {}
