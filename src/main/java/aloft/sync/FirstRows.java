package aloft.sync;

import aloft.format.Action;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The entries of a vault in memory, from a checkpoint and the commits behind it. Not thread safe. */
final class FirstRows {

    private record Place(long parent, Name name) {}

    private final Map<Place, NodeRow> rows = new LinkedHashMap<>();
    private int highestDevice;

    void node(NodeRow row) {
        rows.put(new Place(row.parent(), row.name()), row);
    }

    void device(int number) {
        highestDevice = Math.max(highestDevice, number);
    }

    void apply(Commit commit) {
        for (Action action : commit.actions()) {
            switch (action) {
                case Action.PutNode put -> node(put.row().withVersion(commit.seq()));
                case Action.DeleteNode gone -> rows.remove(new Place(gone.parent(), gone.name()));
                case Action.RegisterDevice device -> device(device.device());
                case Action.PutBlock _,Action.DeleteBlock _,Action.Collect _ -> {
                    // of no entry
                }
            }
        }
    }

    Collection<NodeRow> nodes() {
        return rows.values();
    }

    /** The highest number that a device has; 0 when there is none. */
    int highestDevice() {
        return highestDevice;
    }
}
