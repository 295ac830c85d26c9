package aloft.tree;

import aloft.tree.Drive.XattrMode;
import aloft.tree.FsException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Extended attributes: those that users keep ({@code user.*}), and those by which file managers and scripts see
 * and set the state of an entry ({@code user.aloft.*}, which no listing shows).
 */
final class Xattrs {

    static final String STATE = "user.aloft.state";
    static final String PINNED = "user.aloft.pinned";
    static final String FREE = "user.aloft.free";
    static final String STAMP = "user.aloft.stamp";
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_NAME = 255;

    private final Tree tree;
    private final Keeping keeping;

    Xattrs(Tree tree, Keeping keeping) {
        this.tree = tree;
        this.keeping = keeping;
    }

    byte[] get(String path, String name) throws FsException {
        return switch (name) {
            case STATE -> keeping.status(path).state().text().getBytes(StandardCharsets.UTF_8);
            case PINNED -> (keeping.status(path).pinned() ? "1" : "0").getBytes(StandardCharsets.UTF_8);
            case STAMP -> stamp().getBytes(StandardCharsets.UTF_8);
            default -> tree.look(names -> {
                byte[] value = names.find(path).xattrs.get(name);
                if (value == null) {
                    throw new FsException(Reason.NO_XATTR, "No such attribute.");
                }
                return value.clone();
            });
        };
    }

    /** Another one when the state of any entry may have changed. */
    private String stamp() {
        Keeping.DriveStatus now = keeping.status();
        return now.head() + " " + tree.journal.end() + " " + now.pending() + " " + now.cacheUsed() + " "
                + now.downloaded() + " " + now.errors().size();
    }

    void set(String path, String name, byte[] value, XattrMode mode) throws FsException {
        switch (name) {
            case PINNED -> pin(path, new String(value, StandardCharsets.UTF_8).strip());
            case FREE -> {
                if (new String(value, StandardCharsets.UTF_8).strip().equals("1")) {
                    keeping.free(path);
                } else {
                    throw new FsException(Reason.INVALID, FREE + " takes 1.");
                }
            }
            case STATE, STAMP ->
                throw new FsException(Reason.NOT_PERMITTED, "The state is not set but follows.");
            default -> keep(path, name, value.clone(), mode);
        }
    }

    private void pin(String path, String value) throws FsException {
        switch (value) {
            case "1" -> keeping.pin(path);
            case "0" -> keeping.unpin(path);
            default -> throw new FsException(Reason.INVALID, PINNED + " takes 1 or 0.");
        }
    }

    private void keep(String path, String name, byte[] value, XattrMode mode) throws FsException {
        if (!name.startsWith("user.")) {
            throw new FsException(Reason.NOT_SUPPORTED, "Only attributes of users are kept.");
        }
        if (name.length() > MAX_NAME || value.length > MAX_BYTES) {
            throw new FsException(Reason.XATTR_TOO_LARGE, "An attribute may have 64 KiB.");
        }
        tree.change((names, now) -> {
            Node node = names.find(path);
            boolean there = node.xattrs.containsKey(name);
            if (mode == XattrMode.CREATE && there) {
                throw new FsException(Reason.EXISTS, "The attribute is there.");
            }
            if (mode == XattrMode.REPLACE && !there) {
                throw new FsException(Reason.NO_XATTR, "No such attribute.");
            }
            Map<String, byte[]> changed = new HashMap<>(node.xattrs);
            changed.put(name, value);
            if (changed.values().stream().mapToInt(bytes -> bytes.length).sum() > MAX_BYTES) {
                throw new FsException(Reason.NO_SPACE,
                        "The attributes of an entry may have 64 KiB together.");
            }
            names.touch(node);
            node.xattrs = Map.copyOf(changed);
            node.ctime = now;
            return null;
        });
    }

    List<String> list(String path) throws FsException {
        return tree.look(names -> new ArrayList<>(names.find(path).xattrs.keySet()));
    }

    void remove(String path, String name) throws FsException {
        tree.change((names, now) -> {
            Node node = names.find(path);
            if (!node.xattrs.containsKey(name)) {
                throw new FsException(Reason.NO_XATTR, "No such attribute.");
            }
            names.touch(node);
            Map<String, byte[]> changed = new HashMap<>(node.xattrs);
            changed.remove(name);
            node.xattrs = Map.copyOf(changed);
            node.ctime = now;
            return null;
        });
    }
}
