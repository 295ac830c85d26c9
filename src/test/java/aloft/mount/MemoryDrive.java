package aloft.mount;

import aloft.format.Name;
import aloft.format.NodeType;
import aloft.tree.Drive;
import aloft.tree.FsException;
import aloft.tree.FsException.Reason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A drive in memory that keeps the whole contract, for tests. */
public final class MemoryDrive implements Drive {

    private static final int MOST_XATTR = 65_536;

    private final InstantSource clock;
    private final Map<Long, Open> files = new HashMap<>();
    private final Map<Long, OpenFolder> folders = new HashMap<>();
    private final MemoryTree tree;
    private long lastId;
    private long lastHandle;
    private Space space = new Space(-1, -1, -1);

    private record Open(MemoryNode node, Access access) {}

    private record OpenFolder(MemoryNode node, List<Map.Entry<String, MemoryNode>> entries) {}

    public MemoryDrive(InstantSource clock) {
        this.clock = clock;
        tree = new MemoryTree(newNode(NodeType.FOLDER, 0755));
    }

    public synchronized void setSpace(Space space) {
        this.space = space;
    }

    private MemoryNode newNode(NodeType type, int mode) {
        return new MemoryNode(++lastId, type, mode, now());
    }

    private long now() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    private MemoryNode add(String path, NodeType type, int mode) throws FsException {
        MemoryTree.Place place = tree.place(path);
        if (place.nodeOrNull() != null || place.name().isEmpty()) {
            throw new FsException(Reason.EXISTS, path);
        }
        MemoryNode node = newNode(type, mode);
        place.folder().children.put(place.name(), node);
        touch(place.folder());
        return node;
    }

    private void touch(MemoryNode node) {
        node.mtime = now();
        node.ctime = node.mtime;
    }

    private MemoryNode open(long handle) throws FsException {
        return opened(handle).node();
    }

    private Open opened(long handle) throws FsException {
        Open open = files.get(handle);
        if (open == null) {
            throw new FsException(Reason.BAD_HANDLE, "handle " + handle);
        }
        return open;
    }

    private OpenFolder openedFolder(long handle) throws FsException {
        OpenFolder open = folders.get(handle);
        if (open == null) {
            throw new FsException(Reason.BAD_HANDLE, "handle " + handle);
        }
        return open;
    }

    @Override
    public synchronized Attributes stat(String path) throws FsException {
        return tree.find(path).attributes();
    }

    @Override
    public synchronized Attributes stat(long handle) throws FsException {
        return open(handle).attributes();
    }

    @Override
    public synchronized String readLink(String path) throws FsException {
        MemoryNode node = tree.find(path);
        if (node.type != NodeType.LINK) {
            throw new FsException(Reason.STALE, path);
        }
        return node.target;
    }

    @Override
    public synchronized Attributes makeFolder(String path, int mode) throws FsException {
        return add(path, NodeType.FOLDER, mode).attributes();
    }

    @Override
    public synchronized Attributes makeLink(String path, String target) throws FsException {
        MemoryNode link = add(path, NodeType.LINK, 0777);
        link.target = target;
        return link.attributes();
    }

    @Override
    public synchronized void removeFolder(String path) throws FsException {
        MemoryTree.Place place = tree.place(path);
        MemoryNode node = MemoryTree.folderOf(tree.find(path), path);
        if (!node.children.isEmpty()) {
            throw new FsException(Reason.NOT_EMPTY, path);
        }
        remove(place);
    }

    @Override
    public synchronized void removeFile(String path) throws FsException {
        if (tree.find(path).type == NodeType.FOLDER) {
            throw new FsException(Reason.IS_A_FOLDER, path);
        }
        remove(tree.place(path));
    }

    private void remove(MemoryTree.Place place) {
        MemoryNode gone = place.folder().children.remove(place.name());
        touch(place.folder());
        if (gone != null) {
            gone.ctime = now();
        }
    }

    @Override
    public synchronized void rename(String from, String to, RenameMode how) throws FsException {
        MemoryNode node = tree.find(from);
        MemoryTree.Place old = tree.place(from);
        MemoryTree.Place target = tree.place(to);
        MemoryNode there = target.nodeOrNull();
        if (to.startsWith(from + "/")) {
            throw new FsException(Reason.INVALID, to);
        }
        switch (how) {
            case EXCHANGE -> {
                old.folder().children.put(old.name(), tree.find(to));
                target.folder().children.put(target.name(), node);
            }
            case NO_REPLACE -> {
                if (there != null) {
                    throw new FsException(Reason.EXISTS, to);
                }
                move(old, target, node);
            }
            case REPLACE -> {
                if (there != null && there != node) {
                    MemoryTree.checkReplace(node, there, to);
                }
                move(old, target, node);
            }
        }
        touch(old.folder());
        touch(target.folder());
        node.ctime = now();
    }

    private static void move(MemoryTree.Place old, MemoryTree.Place target, MemoryNode node) {
        old.folder().children.remove(old.name());
        target.folder().children.put(target.name(), node);
    }

    @Override
    public synchronized void setMode(String path, int mode) throws FsException {
        MemoryNode node = tree.find(path);
        node.mode = mode;
        node.ctime = now();
    }

    @Override
    public synchronized void setModified(String path, long mtime) throws FsException {
        MemoryNode node = tree.find(path);
        node.mtime = mtime;
        node.ctime = now();
    }

    @Override
    public synchronized void setSize(String path, long size) throws FsException {
        resize(file(path), size);
    }

    @Override
    public synchronized void setSize(long handle, long size) throws FsException {
        if (!opened(handle).access().writes()) {
            throw new FsException(Reason.INVALID, "handle " + handle);
        }
        resize(open(handle), size);
    }

    private void resize(MemoryNode node, long size) {
        node.setSize(size);
        touch(node);
    }

    private MemoryNode file(String path) throws FsException {
        MemoryNode node = tree.find(path);
        if (node.type == NodeType.FOLDER) {
            throw new FsException(Reason.IS_A_FOLDER, path);
        }
        if (node.type == NodeType.LINK) {
            throw new FsException(Reason.STALE, path);
        }
        return node;
    }

    @Override
    public synchronized long open(String path, Access access, boolean truncate, int caller)
            throws FsException {
        MemoryNode node = file(path);
        if (truncate) {
            resize(node, 0);
        }
        return handle(node, access);
    }

    private long handle(MemoryNode node, Access access) {
        files.put(++lastHandle, new Open(node, access));
        return lastHandle;
    }

    @Override
    public synchronized long create(String path, int mode, Access access) throws FsException {
        return handle(add(path, NodeType.FILE, mode), access);
    }

    @Override
    public int read(long handle, long offset, byte[] to, int at, int length) throws FsException {
        MemoryNode node;
        synchronized (this) {
            node = open(handle);
        }
        return node.read(offset, to, at, length);
    }

    @Override
    public void write(long handle, long offset, byte[] from, int at, int length, boolean append)
            throws FsException {
        MemoryNode node;
        synchronized (this) {
            node = open(handle);
            touch(node);
        }
        synchronized (node) {
            node.write(append ? node.size : offset, from, at, length);
        }
    }

    @Override
    public synchronized void flush(long handle) throws FsException {
        open(handle);
    }

    @Override
    public synchronized void fsync(long handle) throws FsException {
        open(handle);
    }

    @Override
    public synchronized void fsyncFolder(String path) throws FsException {
        MemoryTree.folderOf(tree.find(path), path);
    }

    @Override
    public synchronized void release(long handle) {
        files.remove(handle);
    }

    /** Handles that are open at present. */
    public synchronized int openHandles() {
        return files.size() + folders.size();
    }

    @Override
    public synchronized void allocate(long handle, long offset, long length, boolean keepSize)
            throws FsException {
        MemoryNode node = open(handle);
        if (!keepSize && offset + length > node.size) {
            resize(node, offset + length);
        }
    }

    @Override
    public synchronized void punchHole(long handle, long offset, long length) throws FsException {
        MemoryNode node = open(handle);
        node.clear(offset, Math.max(0, Math.min(length, node.size - offset)));
        touch(node);
    }

    @Override
    public synchronized long openFolder(String path) throws FsException {
        MemoryNode node = MemoryTree.folderOf(tree.find(path), path);
        var entries = new ArrayList<Map.Entry<String, MemoryNode>>(node.children.size());
        node.children.forEach((name, child) -> entries.add(Map.entry(name, child)));
        folders.put(++lastHandle, new OpenFolder(node, entries));
        return lastHandle;
    }

    @Override
    public synchronized List<Entry> list(long handle, int position, int most) throws FsException {
        OpenFolder open = openedFolder(handle);
        var found = new ArrayList<Entry>(most);
        for (int at = position; at < open.entries().size() && found.size() < most; at++) {
            Map.Entry<String, MemoryNode> entry = open.entries().get(at);
            if (open.node().children.get(entry.getKey()) == entry.getValue()) {
                found.add(new Entry(Name.ofRaw(entry.getKey()), entry.getValue().attributes(), at + 1));
            }
        }
        return found;
    }

    @Override
    public synchronized Attributes statFolder(long handle) throws FsException {
        return openedFolder(handle).node().attributes();
    }

    @Override
    public synchronized void releaseFolder(long handle) {
        folders.remove(handle);
    }

    @Override
    public synchronized byte[] getXattr(String path, String name) throws FsException {
        byte[] value = tree.find(path).xattrs.get(name);
        if (value == null) {
            throw new FsException(Reason.NO_XATTR, name);
        }
        return value.clone();
    }

    @Override
    public synchronized void setXattr(String path, String name, byte[] value, XattrMode mode)
            throws FsException {
        MemoryNode node = tree.find(path);
        boolean exists = node.xattrs.containsKey(name);
        if (exists && mode == XattrMode.CREATE) {
            throw new FsException(Reason.EXISTS, name);
        }
        if (!exists && mode == XattrMode.REPLACE) {
            throw new FsException(Reason.NO_XATTR, name);
        }
        if (value.length > MOST_XATTR) {
            throw new FsException(Reason.XATTR_TOO_LARGE, name);
        }
        node.xattrs.put(name, value.clone());
        node.ctime = now();
    }

    @Override
    public synchronized List<String> listXattrs(String path) throws FsException {
        return List.copyOf(tree.find(path).xattrs.keySet());
    }

    @Override
    public synchronized void removeXattr(String path, String name) throws FsException {
        MemoryNode node = tree.find(path);
        if (node.xattrs.remove(name) == null) {
            throw new FsException(Reason.NO_XATTR, name);
        }
        node.ctime = now();
    }

    @Override
    public synchronized Space space() {
        return space;
    }
}
