package aloft.tree;

import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.tree.FsException.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * All names and attributes in memory: the rows of the log with the local intents applied. Pure: no clock,
 * no disk, no network, no lock; guarded by the tree's lock.
 */
final class Namespace {

    private final Folder root = new Folder(NodeRow.ROOT_ID);
    private final Map<Long, Node> nodes = new HashMap<>();
    private final Map<Long, Intent> intents = new LinkedHashMap<>();
    /** Those that the next commit has to look at; with the others only content is missing that did not go up yet. */
    private final Set<Intent> due = new LinkedHashSet<>();
    /** Where the log has the entries that differ from it. */
    private final Map<Place, Long> basePlaces = new HashMap<>();
    private final Set<Long> touched = new LinkedHashSet<>();
    private final Set<Long> cleaned = new LinkedHashSet<>();
    private final LongSupplier journalEnd;
    private long stamp;

    /** A place in the tree, the key of a node row. */
    record Place(long parent, Name name) {
        static Place of(NodeRow row) {
            return new Place(row.parent(), row.name());
        }
    }

    /** @param journalEnd the number that the next journal record gets at least */
    Namespace(LongSupplier journalEnd) {
        this.journalEnd = journalEnd;
        root.mode = 0755;
        nodes.put(root.id, root);
    }

    Folder root() {
        return root;
    }

    @Nullable
    Node nodeOrNull(long id) {
        return nodes.get(id);
    }

    int count() {
        return nodes.size();
    }

    LongStream ids() {
        return nodes.keySet().stream().mapToLong(Long::longValue);
    }

    /** Adds rows of the log in any order; those whose folder is not there are left out and returned. */
    List<NodeRow> load(Collection<NodeRow> rows) {
        for (NodeRow row : rows) {
            nodes.putIfAbsent(row.id(), Node.of(row));
        }
        List<NodeRow> lost = new ArrayList<>();
        for (NodeRow row : rows) {
            Node node = Objects.requireNonNull(nodes.get(row.id()));
            if (node.parent == null && nodes.get(row.parent()) instanceof Folder folder
                    && folder.childOrNull(row.name()) == null && !folder.isWithin(node)) {
                folder.attach(node, row.name());
            } else {
                lost.add(row);
            }
        }
        return lost;
    }

    // ---- looking up

    Node find(String path) throws FsException {
        Node node = root;
        int at = 1;
        while (at < path.length()) {
            int slash = path.indexOf('/', at);
            int end = slash < 0 ? path.length() : slash;
            if (end > at) {
                node = child(folder(node), path.substring(at, end));
            }
            at = end + 1;
        }
        return node;
    }

    /** The folder that holds the last name of the path. */
    Folder findParent(String path) throws FsException {
        int slash = path.lastIndexOf('/');
        return folder(find(slash <= 0 ? "/" : path.substring(0, slash)));
    }

    static Name lastName(String path) throws FsException {
        String last = path.substring(path.lastIndexOf('/') + 1);
        if (last.length() > Name.MAX_BYTES) {
            throw new FsException(Reason.NAME_TOO_LONG, "A name may have 255 bytes.");
        }
        if (!Name.isValid(last)) {
            throw new FsException(Reason.INVALID, "Not a name for an entry.");
        }
        return Name.ofRaw(last);
    }

    private static Node child(Folder folder, String raw) throws FsException {
        if (raw.length() > Name.MAX_BYTES) {
            throw new FsException(Reason.NAME_TOO_LONG, "A name may have 255 bytes.");
        }
        Node child = Name.isValid(raw) ? folder.childOrNull(Name.ofRaw(raw)) : null;
        if (child == null) {
            throw new FsException(Reason.NOT_FOUND, "No such file or folder.");
        }
        return child;
    }

    static Folder folder(Node node) throws FsException {
        if (node instanceof Folder folder) {
            return folder;
        }
        throw new FsException(Reason.NOT_A_FOLDER, "Not a folder.");
    }

    // ---- changing

    /** Must be called before an entry is changed: remembers what the log says of it. */
    Intent touch(Node node) {
        Intent intent = intents.get(node.id);
        if (intent == null) {
            intent = new Intent(node.id, node == root || node.version == 0 ? null : node.row());
            put(intent);
        }
        mark(intent);
        return intent;
    }

    /** The same for a caller that goes on with the entry; the root has no row and is left as it is. */
    Node touched(Node node) {
        if (node != root) {
            touch(node);
        }
        return node;
    }

    /** The same when a content record says what changed, so that no record of the entry is needed. */
    void touchContent(Node node) {
        node.written = true;
        Intent intent = intents.get(node.id);
        if (intent == null) {
            intent = new Intent(node.id, node.version == 0 ? null : node.row());
            intent.ref = Long.MAX_VALUE;
            put(intent);
        }
    }

    private void mark(Intent intent) {
        intent.stamp = ++stamp;
        intent.ref = journalEnd.getAsLong();
        due.add(intent);
        touched.add(intent.id);
        cleaned.remove(intent.id);
    }

    private void put(Intent intent) {
        intents.put(intent.id, intent);
        due.add(intent);
        if (intent.base != null) {
            basePlaces.put(Place.of(intent.base), intent.id);
        }
    }

    void rebase(Intent intent, @Nullable NodeRow base) {
        due.add(intent);
        if (intent.base != null) {
            basePlaces.remove(Place.of(intent.base), intent.id);
        }
        intent.base = base;
        if (base != null) {
            basePlaces.put(Place.of(base), intent.id);
        }
    }

    /** The entry is as the log says. */
    void forget(Intent intent) {
        cleaned.add(intent.id);
        leave(intent);
    }

    private void leave(Intent intent) {
        intents.remove(intent.id);
        rebase(intent, null);
        due.remove(intent);
    }

    /** An entry that went although the log still has it. */
    Intent gone(NodeRow base) {
        Intent intent = new Intent(base.id(), base);
        put(intent);
        mark(intent);
        return intent;
    }

    Node add(Folder parent, Name name, Node node, long now) {
        nodes.put(node.id, node);
        touch(node);
        parent.attach(node, name);
        node.ctime = now;
        entriesChanged(parent, now);
        return node;
    }

    /** Takes the name away; content of open handles is not touched. */
    void remove(Node node, long now) {
        Folder parent = Objects.requireNonNull(node.parent);
        touch(node);
        parent.detach(node);
        drop(node);
        node.ctime = now;
        entriesChanged(parent, now);
    }

    private void drop(Node node) {
        nodes.remove(node.id);
        Intent intent = Objects.requireNonNull(intents.get(node.id));
        if (intent.base == null) {
            leave(intent);
        }
    }

    void move(Node node, Folder to, Name name, long now) {
        Folder from = Objects.requireNonNull(node.parent);
        touch(node);
        from.detach(node);
        to.attach(node, name);
        node.ctime = now;
        entriesChanged(from, now);
        entriesChanged(to, now);
    }

    void exchange(Node one, Node other, long now) {
        Folder oneParent = Objects.requireNonNull(one.parent);
        Folder otherParent = Objects.requireNonNull(other.parent);
        Name oneName = Objects.requireNonNull(one.name);
        Name otherName = Objects.requireNonNull(other.name);
        touch(one);
        touch(other);
        oneParent.detach(one);
        otherParent.detach(other);
        otherParent.attach(one, otherName);
        oneParent.attach(other, oneName);
        entriesChanged(oneParent, now);
        entriesChanged(otherParent, now);
    }

    private void entriesChanged(Folder folder, long now) {
        if (folder != root) {
            touch(folder);
        }
        folder.mtime = now;
        folder.ctime = now;
    }

    // ---- what the log says

    void register(Node node) {
        nodes.put(node.id, node);
    }

    /** It is as the log says from now on, also when it was removed here at a time when the log did not have it. */
    void comes(Node node) {
        nodes.put(node.id, node);
        cleaned.add(node.id);
    }

    void unregister(Node node) {
        nodes.remove(node.id);
    }

    /** Gives an entry another id: it is an entry of its own from now on, which the log does not have. */
    void split(Node node, long newId) {
        Intent intent = intents.get(node.id);
        if (intent != null) {
            forget(intent);
        }
        nodes.remove(node.id);
        node.id = newId;
        node.version = 0;
        node.unknown = null;
        nodes.put(newId, node);
        touch(node);
    }

    long baseAt(Place place) {
        return basePlaces.getOrDefault(place, 0L);
    }

    // ---- intents

    Collection<Intent> intents() {
        return intents.values();
    }

    /** Those that may have something for a commit, without those that only wait for their content. */
    Collection<Intent> due() {
        return due;
    }

    /** Nothing is to be committed of the entry before it is touched, or its content is up. */
    void awaitContent(Intent intent) {
        due.remove(intent);
    }

    /** Contents of these are up: their entries are due. */
    void contentIsUp(Collection<Long> ids) {
        for (long id : ids) {
            Intent intent = intents.get(id);
            if (intent != null) {
                due.add(intent);
            }
        }
    }

    @Nullable
    Intent intentOrNull(long id) {
        return intents.get(id);
    }

    /** The id of the entry that the log has at a place; 0 when it has none. */
    long committedAt(Place place) {
        Long moved = basePlaces.get(place);
        if (moved != null) {
            return moved;
        }
        Node node = nodes.get(place.parent()) instanceof Folder folder
                ? folder.childOrNull(place.name())
                : null;
        return node == null || intents.containsKey(node.id) ? 0 : node.id;
    }

    long stamp() {
        return stamp;
    }

    void stampIsAtLeast(long least) {
        stamp = Math.max(stamp, least);
    }

    /** The entries changed since the last call, for the journal: ids in the order of the first change. */
    List<Long> takeTouched() {
        List<Long> ids = List.copyOf(touched);
        touched.clear();
        return ids;
    }

    /** The entries that became as the log says since the last call. */
    List<Long> takeCleaned() {
        List<Long> ids = List.copyOf(cleaned);
        cleaned.clear();
        touched.removeAll(ids);
        return ids;
    }

    /** Whether the log says of an entry just what the tree shows. */
    static boolean same(@Nullable NodeRow a, @Nullable NodeRow b) {
        if (a == null || b == null) {
            return a == b;
        }
        return a.parent() == b.parent() && a.name().equals(b.name()) && a.size() == b.size()
                && a.mtime() == b.mtime()
                && a.mode() == b.mode() && a.type() == b.type() && Objects.equals(a.target(), b.target())
                && sameXattrs(a.xattrs(), b.xattrs());
    }

    static boolean sameXattrs(Map<String, byte[]> a, Map<String, byte[]> b) {
        return a.size() == b.size() && a.entrySet()
                .stream()
                .allMatch(entry -> java.util.Arrays.equals(entry.getValue(), b.get(entry.getKey())));
    }

}
