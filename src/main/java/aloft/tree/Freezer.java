package aloft.tree;

import aloft.format.Action;
import aloft.format.NodeRow;
import aloft.tree.Entry.Included;
import aloft.tree.Namespace.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes the actions of one commit out of the intents, under the tree's lock. A new file whose content is not
 * up yet is held back, and so is the removal of what it replaces, so that the log never loses a version
 * before it has the next.
 */
final class Freezer {

    /** No entry is begun past this many actions; what hangs together may go beyond. */
    static final int MOST = 3_000;
    /** The same in bytes of the commit. */
    private static final long MOST_BYTES = 4 << 20;
    /** So many entries that follow each other from place to place go into one commit together. */
    private static final int DEEPEST = 200;

    private final Namespace names;
    private final Map<Long, Ready> ready;
    private final ToIntFunction<Action> size;
    private final Set<Long> seen = new HashSet<>();
    private final List<Action> removals = new ArrayList<>();
    private final List<Action> puts = new ArrayList<>();
    private final List<Included> included = new ArrayList<>();
    private final List<Long> clean = new ArrayList<>();
    private final List<Intent> waiting = new ArrayList<>();
    private long bytes;
    private int depth;

    /** @param size bytes that an action adds to a commit */
    Freezer(Namespace names, Map<Long, Ready> ready, ToIntFunction<Action> size) {
        this.names = names;
        this.ready = ready;
        this.size = size;
    }

    /**
     * @param clean   entries that are as the log says after all
     * @param waiting those of which nothing can be committed before their content is up
     * @param full    whether entries were left for another commit
     */
    record Frozen(List<Action> actions, List<Included> included, List<Long> clean, List<Intent> waiting,
            long stamp, boolean full) {}

    Frozen freeze() {
        boolean full = false;
        for (Intent intent : names.due()) {
            full = isFull() || !addWithThoseInTheWay(intent.id);
            if (full) {
                break;
            }
        }
        List<Action> actions = new ArrayList<>(removals);
        actions.addAll(puts);
        return new Frozen(actions, included, clean, waiting, names.stamp(), full);
    }

    private boolean isFull() {
        return puts.size() + removals.size() >= MOST || bytes >= MOST_BYTES;
    }

    private void put(Action action) {
        puts.add(action);
        bytes += size.applyAsInt(action);
    }

    private void remove(NodeRow base) {
        var action = new Action.DeleteNode(base.parent(), base.name());
        removals.add(action);
        bytes += size.applyAsInt(action);
    }

    /**
     * Who takes a place that the log still gives to another goes after that one; a row of entries that all
     * moved on by one place begins with the one that found a free place. Those of a circle go together.
     *
     * @return false when the commit was full before it was the entry's turn
     */
    private boolean addWithThoseInTheWay(long id) {
        Set<Long> row = new LinkedHashSet<>();
        long next = id;
        while (next != 0 && !seen.contains(next) && row.add(next)) {
            Node node = names.nodeOrNull(next);
            next = node == null || isHeld(node) ? 0 : names.baseAt(Place.of(node.row()));
        }
        boolean circle = row.contains(next);
        for (long each : circle ? List.of(id) : List.copyOf(row).reversed()) {
            if (isFull()) {
                return false;
            }
            add(each);
        }
        return true;
    }

    private void add(long id) {
        Intent intent = names.intentOrNull(id);
        if (intent == null || !seen.add(id)) {
            return;
        }
        Node node = names.nodeOrNull(id);
        if (node == null) {
            addGone(intent);
        } else {
            addAlive(intent, node);
        }
    }

    private void addGone(Intent intent) {
        Place place = Place.of(Objects.requireNonNull(intent.base));
        Node now = at(place);
        if (now != null && isHeld(now)) {
            return;
        }
        if (now == null) {
            remove(intent.base);
        }
        included.add(new Included(intent.id, true, 0, 0, List.of()));
        if (now != null) {
            add(now.id);
        }
    }

    private void addAlive(Intent intent, Node node) {
        if (isHeld(node)) {
            waiting.add(intent);
            return;
        }
        Ready up = node.written ? ready.get(node.id) : null;
        NodeRow row = rowToPut(node, intent.base, up);
        add(row.parent());
        NodeRow base = intent.base;
        boolean changed = !Namespace.same(row, base);
        if (changed) {
            leave(base, row);
            add(names.baseAt(Place.of(row)));
        }
        if (changed || up != null) {
            put(new Action.PutNode(row)); // with its content also when nothing else of it changed
        }
        if (up != null) {
            up.put().forEach(block -> put(new Action.PutBlock(block)));
            up.deleted().forEach(block -> put(new Action.DeleteBlock(node.id, block)));
        }
        if (changed || up != null) {
            included.add(new Included(node.id, false, up == null ? 0 : up.ref(), node.blockBits,
                    up == null ? List.of() : up.blocks()));
        } else if (node.written) {
            waiting.add(intent);
        } else {
            clean.add(node.id);
        }
    }

    private static NodeRow rowToPut(Node node, @Nullable NodeRow base, @Nullable Ready up) {
        NodeRow row = node.row();
        if (!node.written) {
            return row;
        }
        if (up == null) {
            NodeRow old = Objects.requireNonNull(base);
            return row.withContent(old.size(), old.mtime());
        }
        return up.size() == row.size() ? row : row.withContent(up.size(), up.mtime());
    }

    /** Frees the place that the log has it at, when it is somewhere else by now. */
    private void leave(@Nullable NodeRow base, NodeRow row) {
        if (base == null || Place.of(base).equals(Place.of(row))) {
            return;
        }
        Node now = at(Place.of(base));
        if (now == null || isHeld(now) || depth >= DEEPEST || isFull()) {
            remove(base);
        } else {
            depth++;
            add(now.id);
            depth--;
        }
    }

    private @Nullable Node at(Place place) {
        return names.nodeOrNull(place.parent()) instanceof Folder folder
                ? folder.childOrNull(place.name())
                : null;
    }

    private boolean isHeld(Node node) {
        Intent intent = names.intentOrNull(node.id);
        return node.written && intent != null && intent.base == null && !ready.containsKey(node.id);
    }
}
