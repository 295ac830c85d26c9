package aloft.tree;

import aloft.format.Name;
import aloft.format.NodeType;
import aloft.tree.FsException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The drive over the tree in memory. */
final class TreeDrive implements Drive {

    private static final int MAX_TARGET = 4_095;

    private final Tree tree;
    private final Files files;
    private final Xattrs xattrs;
    private final Supplier<Space> space;
    private final Map<Long, OpenFolder> folders = new ConcurrentHashMap<>();
    private final AtomicLong handles = new AtomicLong();

    private record OpenFolder(Folder folder, List<Node> nodes) {}

    TreeDrive(Tree tree, Files files, Xattrs xattrs, Supplier<Space> space) {
        this.tree = tree;
        this.files = files;
        this.xattrs = xattrs;
        this.space = space;
    }

    @Override
    public Attributes stat(String path) throws FsException {
        return tree.look(names -> names.find(path).attributes());
    }

    @Override
    public Attributes stat(long handle) throws FsException {
        OpenFile file = files.file(handle);
        Node node = file.node();
        return file.attributes(tree.look(names -> node.attributes()));
    }

    @Override
    public String readLink(String path) throws FsException {
        return tree.look(names -> {
            String target = names.find(path).target;
            if (target == null) {
                throw new FsException(Reason.STALE, "It is not a link.");
            }
            return target;
        });
    }

    @Override
    public Attributes makeFolder(String path, int mode) throws FsException {
        long id = newId();
        return add(path, new Folder(id), mode);
    }

    @Override
    public Attributes makeLink(String path, String target) throws FsException {
        if (target.isEmpty() || target.length() > MAX_TARGET) {
            throw new FsException(target.isEmpty() ? Reason.NOT_FOUND : Reason.NAME_TOO_LONG,
                    "A link's target has 1 to 4,095 bytes.");
        }
        var node = new Node(newId(), NodeType.LINK);
        node.target = target;
        node.size = target.length();
        return add(path, node, 0777);
    }

    private long newId() throws FsException {
        try {
            return tree.ids.take();
        } catch (IOException e) {
            throw Tree.failure(e);
        }
    }

    private Attributes add(String path, Node node, int mode) throws FsException {
        return tree.change((names, now) -> {
            Folder parent = names.findParent(path);
            Name name = freeName(parent, path);
            node.mode = mode & 07777;
            node.mtime = now;
            return names.add(parent, name, node, now).attributes();
        });
    }

    private static Name freeName(Folder parent, String path) throws FsException {
        String last = path.substring(path.lastIndexOf('/') + 1);
        if (last.isEmpty() || last.equals(".") || last.equals("..")) {
            throw new FsException(Reason.EXISTS, "There is an entry of that name.");
        }
        Name name = Namespace.lastName(path);
        if (parent.childOrNull(name) != null) {
            throw new FsException(Reason.EXISTS, "There is an entry of that name.");
        }
        return name;
    }

    @Override
    public void removeFolder(String path) throws FsException {
        long id = tree.change((names, now) -> {
            Folder folder = Namespace.folder(names.find(path));
            if (folder == names.root()) {
                throw new FsException(Reason.BUSY, "The drive itself cannot be removed.");
            }
            if (folder.count() > 0) {
                throw new FsException(Reason.NOT_EMPTY, "The folder is not empty.");
            }
            names.remove(folder, now);
            return folder.id;
        });
        tree.contents.removed(id);
    }

    @Override
    public void removeFile(String path) throws FsException {
        long id = tree.change((names, now) -> {
            Node node = names.find(path);
            if (node instanceof Folder) {
                throw new FsException(Reason.IS_A_FOLDER, "It is a folder.");
            }
            names.remove(node, now);
            return node.id;
        });
        tree.contents.removed(id);
    }

    @Override
    public void rename(String from, String to, RenameMode how) throws FsException {
        Long replaced = tree.change((names, now) -> {
            Node node = names.find(from);
            if (node == names.root()) {
                throw new FsException(Reason.BUSY, "The drive itself cannot be renamed.");
            }
            Folder folder = names.findParent(to);
            Name name = Namespace.lastName(to);
            if (folder.isWithin(node)) {
                throw new FsException(Reason.INVALID, "A folder cannot be moved into itself.");
            }
            Node other = folder.childOrNull(name);
            return switch (how) {
                case EXCHANGE -> exchange(names, node, other, now);
                case NO_REPLACE, REPLACE -> move(names, node, folder, name, other, how, now);
            };
        });
        if (replaced != null) {
            tree.contents.removed(replaced);
        }
    }

    private static @Nullable Long move(Namespace names, Node node, Folder folder, Name name,
            @Nullable Node other,
            RenameMode how, long now) throws FsException {
        if (other == null) {
            names.move(node, folder, name, now);
            return null;
        }
        if (how == RenameMode.NO_REPLACE) {
            throw new FsException(Reason.EXISTS, "There is an entry of that name.");
        }
        if (other == node) {
            return null;
        }
        mustReplace(node, other);
        names.remove(other, now);
        names.move(node, folder, name, now);
        return other.id;
    }

    private static void mustReplace(Node node, Node other) throws FsException {
        if (other instanceof Folder folder) {
            if (!(node instanceof Folder)) {
                throw new FsException(Reason.IS_A_FOLDER, "A folder stands there.");
            }
            if (folder.count() > 0) {
                throw new FsException(Reason.NOT_EMPTY, "The folder that stands there is not empty.");
            }
        } else if (node instanceof Folder) {
            throw new FsException(Reason.NOT_A_FOLDER, "Something that is no folder stands there.");
        }
    }

    private static @Nullable Long exchange(Namespace names, Node node, @Nullable Node other, long now)
            throws FsException {
        if (other == null) {
            throw new FsException(Reason.NOT_FOUND, "Nothing to exchange with.");
        }
        if (other == node) {
            return null;
        }
        Folder from = Objects.requireNonNull(node.parent);
        if (from.isWithin(other)) {
            throw new FsException(Reason.INVALID, "A folder cannot be moved into itself.");
        }
        names.exchange(node, other, now);
        return null;
    }

    @Override
    public void setMode(String path, int mode) throws FsException {
        tree.change((names, now) -> {
            Node node = names.touched(names.find(path));
            node.mode = mode & 07777;
            node.ctime = now;
            return null;
        });
    }

    @Override
    public void setModified(String path, long mtime) throws FsException {
        tree.change((names, now) -> {
            Node node = names.touched(names.find(path));
            node.mtime = mtime;
            node.ctime = now;
            return null;
        });
    }

    @Override
    public void setSize(String path, long size) throws FsException {
        files.setSize(file(path), size);
    }

    private Node file(String path) throws FsException {
        return tree.look(names -> {
            Node node = names.find(path);
            return switch (node.type) {
                case FILE -> node;
                case FOLDER -> throw new FsException(Reason.IS_A_FOLDER, "It is a folder.");
                case LINK -> throw new FsException(Reason.STALE, "It is a link.");
            };
        });
    }

    @Override
    public void setSize(long handle, long size) throws FsException {
        files.setSize(handle, size);
    }

    @Override
    public long open(String path, Access access, boolean truncate, int caller) throws FsException {
        if (truncate || access.writes()) {
            tree.mustBeWritable();
        }
        Node node = file(path);
        long handle = truncate || !access.reads()
                ? files.open(node, access)
                : files.openToRead(node, access, path, caller);
        if (truncate) {
            try {
                files.truncate(handle);
            } catch (FsException e) {
                files.release(handle);
                throw e;
            }
        }
        return handle;
    }

    @Override
    public long create(String path, int mode, Access access) throws FsException {
        var node = new Node(newId(), NodeType.FILE);
        add(path, node, mode);
        return files.open(node, access);
    }

    @Override
    public int read(long handle, long offset, byte[] to, int at, int length) throws FsException {
        return files.read(handle, offset, to, at, length);
    }

    @Override
    public void write(long handle, long offset, byte[] from, int at, int length, boolean append)
            throws FsException {
        files.write(handle, offset, from, at, length, append);
    }

    @Override
    public void flush(long handle) throws FsException {
        files.file(handle);
    }

    @Override
    public void fsync(long handle) throws FsException {
        files.file(handle);
        sync();
    }

    @Override
    public void fsyncFolder(String path) throws FsException {
        sync();
    }

    private void sync() throws FsException {
        try {
            tree.sync();
        } catch (IOException e) {
            throw Tree.failure(e);
        }
    }

    @Override
    public void release(long handle) {
        files.release(handle);
    }

    @Override
    public void allocate(long handle, long offset, long length, boolean keepSize) throws FsException {
        files.allocate(handle, offset, length, keepSize);
    }

    @Override
    public void punchHole(long handle, long offset, long length) throws FsException {
        files.punchHole(handle, offset, length);
    }

    @Override
    public long openFolder(String path) throws FsException {
        OpenFolder folder = tree.look(names -> {
            Folder found = Namespace.folder(names.find(path));
            List<Node> nodes = new ArrayList<>(found.count());
            found.children().forEach(nodes::add);
            return new OpenFolder(found, nodes);
        });
        long handle = handles.incrementAndGet();
        folders.put(handle, folder);
        return handle;
    }

    @Override
    public List<Entry> list(long handle, int position, int most) throws FsException {
        OpenFolder open = folder(handle);
        return tree.look(names -> {
            List<Entry> entries = new ArrayList<>();
            for (int i = position; i < open.nodes().size() && entries.size() < most; i++) {
                Node node = open.nodes().get(i);
                if (node.parent == open.folder() && node.name != null) {
                    entries.add(new Entry(node.name, node.attributes(), i + 1));
                }
            }
            return entries;
        });
    }

    private OpenFolder folder(long handle) throws FsException {
        OpenFolder open = folders.get(handle);
        if (open == null) {
            throw new FsException(Reason.BAD_HANDLE, "The folder is not open.");
        }
        return open;
    }

    @Override
    public Attributes statFolder(long handle) throws FsException {
        Folder folder = folder(handle).folder();
        return tree.look(names -> folder.attributes());
    }

    @Override
    public void releaseFolder(long handle) {
        folders.remove(handle);
    }

    @Override
    public byte[] getXattr(String path, String name) throws FsException {
        return xattrs.get(path, name);
    }

    @Override
    public void setXattr(String path, String name, byte[] value, XattrMode mode) throws FsException {
        xattrs.set(path, name, value, mode);
    }

    @Override
    public List<String> listXattrs(String path) throws FsException {
        return xattrs.list(path);
    }

    @Override
    public void removeXattr(String path, String name) throws FsException {
        xattrs.remove(path, name);
    }

    @Override
    public Space space() {
        return space.get();
    }
}
