package aloft.tree;

import aloft.format.Action;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.tree.Namespace.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Brings a commit of another device into the tree, with the changes of this device on top. The one place that
 * decides who keeps what; docs/SEMANTICS.md has the table. Pure: works on memory alone, under the tree's lock.
 */
final class Rebase {

    private final Namespace names;
    private final LongSupplier newIds;
    private final UnaryOperator<Name> conflictName;
    /** What the log has at places that the commit changes; 0 for nothing. */
    private final Map<Place, Long> placed = new HashMap<>();
    /** The entries that the commit changes, as it leaves them; null when they are gone. */
    private final Map<Long, @Nullable NodeRow> theirs = new LinkedHashMap<>();
    private final Set<Long> contentChanged = new HashSet<>();
    private final Outcome outcome = new Outcome(new ArrayList<>(), new HashSet<>(), new HashSet<>(),
            new HashMap<>(), new HashMap<>(), new HashSet<>());

    /**
     * What else has to follow.
     *
     * @param copies   entries that became conflicted copies with the content of this device
     * @param replaced files whose content is another one now
     * @param revived  files that the log lost and that stay because of changes here
     * @param dropped  what is gone, and where it was
     * @param places   where entries went from or came to
     * @param alike    conflicted copies that may hold the same bytes as the other device's file, and that file
     */
    record Outcome(List<Copy> copies, Set<Long> replaced, Set<Long> revived, Map<Long, Home> dropped,
            Map<Long, Long> alike, Set<Home> places) {}

    /** The node that had the id {@code from} has the id {@code to} now. */
    record Copy(Node node, long from, long to) {}

    /**
     * @param newIds       a new node id at each call
     * @param conflictName the name of a conflicted copy of what has the given name
     */
    Rebase(Namespace names, LongSupplier newIds, UnaryOperator<Name> conflictName) {
        this.names = names;
        this.newIds = newIds;
        this.conflictName = conflictName;
    }

    Outcome apply(Commit commit) {
        gather(commit);
        Map<Node, NodeRow> toPlace = new LinkedHashMap<>();
        List<Node> folders = new ArrayList<>();
        theirs.forEach((id, row) -> {
            if (row == null) {
                gone(id, folders);
            } else {
                alive(row, toPlace);
            }
        });
        toPlace.keySet().forEach(this::detach);
        toPlace.forEach(this::place);
        folders.sort(Comparator.comparingInt(Rebase::depth).reversed());
        folders.forEach(this::removeFolder);
        return outcome;
    }

    // ---- what the commit says

    private void gather(Commit commit) {
        boolean moves = commit.moves();
        for (Action action : commit.actions()) {
            switch (action) {
                case Action.PutNode put -> {
                    NodeRow row = put.row().withVersion(commit.seq());
                    lost(Place.of(row));
                    placed.put(Place.of(row), row.id());
                    theirs.put(row.id(), row);
                }
                case Action.DeleteNode delete -> {
                    var place = new Place(delete.parent(), delete.name());
                    lost(place);
                    placed.put(place, 0L);
                }
                case Action.PutBlock put -> {
                    if (!moves) {
                        contentChanged.add(put.row().file());
                    }
                }
                case Action.DeleteBlock delete -> contentChanged.add(delete.file());
                case Action.RegisterDevice device -> {
                }
                case Action.Collect collect -> {
                }
            }
        }
        contentChanged.forEach(this::gatherFileOf);
    }

    /** A file of which only blocks changed is as it was besides. */
    private void gatherFileOf(long id) {
        Intent intent = names.intentOrNull(id);
        Node node = names.nodeOrNull(id);
        NodeRow row = intent != null ? intent.base : node == null ? null : node.row();
        if (row != null && !theirs.containsKey(id)) {
            theirs.put(id, row);
        }
    }

    /** Whatever the log has at the place goes from there; it is gone unless the commit puts it elsewhere. */
    private void lost(Place place) {
        Long now = placed.get(place);
        long id = now != null ? now : names.committedAt(place);
        if (id == 0) {
            return;
        }
        NodeRow row = theirs.get(id);
        if (row == null || Place.of(row).equals(place)) {
            theirs.put(id, null);
        }
    }

    // ---- entry by entry

    private void gone(long id, List<Node> folders) {
        Node node = names.nodeOrNull(id);
        Intent intent = names.intentOrNull(id);
        if (node == null) {
            if (intent != null) {
                names.forget(intent);
            }
        } else if (node instanceof Folder) {
            if (intent != null) {
                names.rebase(intent, null);
            }
            folders.add(node);
        } else if (intent != null && (node.written || isMoved(node, intent))) {
            names.rebase(intent, null);
            node.version = 0;
            node.written |= node.type == NodeType.FILE;
            names.touch(node);
            outcome.revived().add(id);
        } else {
            remove(node, intent);
        }
    }

    private static boolean isMoved(Node node, Intent intent) {
        return intent.base == null || !node.isAt(intent.base.parent(), intent.base.name());
    }

    private void remove(Node node, @Nullable Intent intent) {
        if (node.parent != null && node.name != null) {
            outcome.dropped().put(node.id, new Home(node.parent, node.name));
        }
        detach(node);
        names.unregister(node);
        if (intent != null) {
            names.forget(intent);
        }
    }

    private void alive(NodeRow row, Map<Node, NodeRow> toPlace) {
        Node node = names.nodeOrNull(row.id());
        Intent intent = names.intentOrNull(row.id());
        if (node == null) {
            if (intent == null || comesBack(row, Objects.requireNonNull(intent.base))) {
                if (intent != null) {
                    names.forget(intent);
                }
                Node added = Node.of(row);
                names.comes(added);
                toPlace.put(added, row);
                outcome.replaced().add(row.id());
            } else {
                names.rebase(intent, row);
            }
        } else if (intent == null) {
            takeOver(node, row);
            if (!node.isAt(row.parent(), row.name())) {
                toPlace.put(node, row);
            }
        } else {
            merge(node, intent, row, toPlace);
        }
    }

    /** What was removed here comes back when the other device changed its content or moved it. */
    private boolean comesBack(NodeRow row, NodeRow base) {
        return contentChanged.contains(row.id()) || row.size() != base.size()
                || row.parent() != base.parent() || !row.name().equals(base.name());
    }

    private void takeOver(Node node, NodeRow row) {
        if (contentChanged.contains(row.id()) || row.size() != node.size) {
            replaced(node);
        }
        node.take(row);
    }

    private void replaced(Node node) {
        node.replaced++;
        outcome.replaced().add(node.id);
    }

    private void merge(Node node, Intent intent, NodeRow row, Map<Node, NodeRow> toPlace) {
        NodeRow base = intent.base;
        boolean theirContent = contentChanged.contains(row.id()) || base == null || base.size() != row.size();
        if (node.written && theirContent) {
            copyAside(node, row, toPlace);
            return;
        }
        NodeRow ours = node.row();
        boolean theyMoved = base == null || row.parent() != base.parent() || !row.name().equals(base.name());
        Attributes.merge(node, ours, base, row);
        if (theirContent) {
            replaced(node);
        }
        names.rebase(intent, row);
        if (theyMoved && !node.isAt(row.parent(), row.name())) {
            toPlace.put(node, row);
        }
        settle(node, intent, row, theyMoved ? row : ours);
    }

    private void settle(Node node, Intent intent, NodeRow row, NodeRow place) {
        if (!node.written && Namespace.same(node.row(place.parent(), place.name()), row)) {
            names.forget(intent);
        } else {
            names.touch(node);
        }
    }

    /** Content was changed on both sides: theirs keeps the name, ours becomes a copy beside it. */
    private void copyAside(Node ours, NodeRow row, Map<Node, NodeRow> toPlace) {
        long from = ours.id;
        long to = newIds.getAsLong();
        Folder folder = Objects.requireNonNull(ours.parent);
        Name name = Objects.requireNonNull(ours.name);
        names.split(ours, to);
        detach(ours);
        attach(folder, ours, freeConflictName(folder, name));
        outcome.copies().add(new Copy(ours, from, to));
        Node node = Node.of(row);
        node.replaced = ours.replaced + 1;
        names.register(node);
        toPlace.put(node, row);
        compare(ours, node);
    }

    private void compare(Node ours, @Nullable Node theirs) {
        if (theirs != null && theirs.type == NodeType.FILE && ours.type == NodeType.FILE && ours.written
                && ours.size == theirs.size) {
            outcome.alike().put(ours.id, theirs.id);
        }
    }

    // ---- places

    private void detach(Node node) {
        if (node.parent != null && node.name != null) {
            outcome.places().add(new Home(node.parent, node.name));
            node.parent.detach(node);
        }
    }

    private void attach(Folder folder, Node node, Name name) {
        outcome.places().add(new Home(folder, name));
        folder.attach(node, name);
    }

    private void place(Node node, NodeRow row) {
        Folder folder = folder(row.parent());
        if (node instanceof Folder moved && folder.isWithin(moved)) {
            breakCycle(folder, moved);
        }
        Node other = folder.childOrNull(row.name());
        if (other != null) {
            giveWay(other, folder, node);
        }
        attach(folder, node, row.name());
    }

    /** The folder of a row; one that was removed here comes back, since something came into it. */
    private Folder folder(long id) {
        if (names.nodeOrNull(id) instanceof Folder folder) {
            return folder;
        }
        Intent intent = names.intentOrNull(id);
        NodeRow base = intent == null ? null : intent.base;
        if (intent == null || base == null) {
            return names.root();
        }
        names.forget(intent);
        var folder = (Folder) Node.of(base);
        names.register(folder);
        place(folder, base);
        return folder;
    }

    /** A name that both sides use: two folders become one, else what is only here gets another name. */
    private void giveWay(Node here, Folder folder, Node comes) {
        Name name = Objects.requireNonNull(here.name);
        Intent intent = names.touch(here);
        detach(here);
        if (here instanceof Folder old && comes instanceof Folder into && intent.base == null) {
            for (Node child : List.copyOf(iterate(old))) {
                Name childName = Objects.requireNonNull(child.name);
                names.touch(child);
                detach(child);
                compare(child, into.childOrNull(childName));
                attach(into, child, into.freeName(childName, conflictName));
            }
            names.unregister(old);
            names.forget(intent);
        } else {
            if (intent.base == null) {
                compare(here, comes);
            }
            attach(folder, here, freeConflictName(folder, name));
        }
    }

    private static List<Node> iterate(Folder folder) {
        List<Node> nodes = new ArrayList<>(folder.count());
        folder.children().forEach(nodes::add);
        return nodes;
    }

    private Name freeConflictName(Folder folder, Name name) {
        return folder.freeName(conflictName.apply(name), conflictName);
    }

    /** A move of ours that makes a ring with one of theirs is taken back. */
    private void breakCycle(Folder folder, Folder moved) {
        for (Folder node = folder; node != null && node != moved; node = node.parent) {
            Intent intent = names.intentOrNull(node.id);
            NodeRow base = intent == null ? null : intent.base;
            if (base != null && intent != null && !node.isAt(base.parent(), base.name())) {
                names.touch(node);
                detach(node);
                Folder home = folder(base.parent());
                Folder to = home.isWithin(moved) || home.isWithin(node) ? names.root() : home;
                attach(to, node, to.freeName(base.name(), conflictName));
                return;
            }
        }
        Folder top = folder;
        names.touch(top);
        Name name = Objects.requireNonNull(top.name);
        detach(top);
        attach(names.root(), top, names.root().freeName(name, conflictName));
    }

    /** A folder that the log lost: it stays, as a change of ours, when something of ours is in it. */
    private void removeFolder(Node node) {
        var folder = (Folder) node;
        Intent intent = names.intentOrNull(folder.id);
        if (folder.count() == 0) {
            remove(folder, intent);
            return;
        }
        folder.version = 0;
        names.touch(folder);
    }

    private static int depth(Node node) {
        int depth = 0;
        for (Node above = node; above != null; above = above.parent) {
            depth++;
        }
        return depth;
    }
}
