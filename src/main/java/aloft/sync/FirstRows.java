package aloft.sync;

import aloft.format.Action;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a vault has as of a checkpoint and the commits behind it, the entries in memory. Not thread safe. */
final class FirstRows {

    private record Place(long parent, Name name) {}

    private final Map<Place, NodeRow> rows = new LinkedHashMap<>();
    private final FirstBlocks blocks;
    private int highestDevice;

    FirstRows(FirstBlocks blocks) {
        this.blocks = blocks;
    }

    void node(NodeRow row) {
        rows.put(new Place(row.parent(), row.name()), row);
    }

    void device(int number) {
        highestDevice = Math.max(highestDevice, number);
    }

    void apply(Commit commit) {
        Set<Long> removed = new HashSet<>();
        Set<Place> put = new HashSet<>();
        blocks.apply(commit);
        for (Action action : commit.actions()) {
            switch (action) {
                case Action.PutNode(NodeRow row) -> {
                    var place = new Place(row.parent(), row.name());
                    remove(place, removed);
                    put.add(place);
                    node(row.withVersion(commit.seq()));
                }
                case Action.DeleteNode gone -> remove(new Place(gone.parent(), gone.name()), removed);
                case Action.RegisterDevice device -> device(device.device());
                case Action.PutBlock _,Action.DeleteBlock _,Action.Collect _ -> {
                    // of no entry
                }
            }
        }
        put.stream().map(rows::get).filter(Objects::nonNull).forEach(row -> removed.remove(row.id()));
        removed.forEach(blocks::gone);
    }

    private void remove(Place place, Set<Long> removed) {
        NodeRow row = rows.remove(place);
        if (row != null) {
            removed.add(row.id());
        }
    }

    /** To be asked once all commits are in. */
    FirstBlocks blocks() {
        return blocks;
    }

    Collection<NodeRow> nodes() {
        return rows.values();
    }

    /** The highest number that a device has; 0 when there is none. */
    int highestDevice() {
        return highestDevice;
    }
}
