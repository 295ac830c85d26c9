package aloft.tree;

import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.Name;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Paths at which the tree shows something else after a commit of another device; under the tree's lock. */
final class ChangedPaths {

    private final Namespace names;
    private final List<String> paths = new ArrayList<>();
    private final Set<Long> files = new HashSet<>();

    private ChangedPaths(Namespace names) {
        this.names = names;
    }

    /** Places, and whatever a commit speaks of: where the log has it and where it is here, by the folders of now. */
    static List<String> of(Namespace names, Commit commit, Collection<Home> places) {
        var changed = new ChangedPaths(names);
        places.forEach(place -> changed.addPlace(place.folder().id, place.name()));
        commit.actions().forEach(changed::add);
        return changed.paths;
    }

    private void add(Action action) {
        switch (action) {
            case Action.PutNode put -> {
                addPlace(put.row().parent(), put.row().name());
                Node node = names.nodeOrNull(put.row().id());
                if (node != null && !node.isAt(put.row().parent(), put.row().name())) {
                    add(node);
                }
            }
            case Action.DeleteNode delete -> addPlace(delete.parent(), delete.name());
            case Action.PutBlock(BlockRow row) -> addFile(row.file());
            case Action.DeleteBlock delete -> addFile(delete.file());
            case Action.RegisterDevice device -> {
            }
            case Action.Collect collect -> {
            }
        }
    }

    private void addFile(long id) {
        Node file = files.add(id) ? names.nodeOrNull(id) : null;
        if (file != null) {
            add(file);
        }
    }

    private void add(Node node) {
        if (!node.isGone()) {
            paths.add(node.path());
        }
    }

    private void addPlace(long parent, Name name) {
        if (names.nodeOrNull(parent) instanceof Folder folder && !folder.isGone()) {
            String above = folder.path();
            paths.add((above.equals("/") ? "" : above) + "/" + name.raw());
        }
    }
}
