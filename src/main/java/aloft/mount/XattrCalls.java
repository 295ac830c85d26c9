package aloft.mount;

import aloft.tree.Drive;
import aloft.tree.Drive.XattrMode;
import aloft.tree.FsException;
import java.nio.charset.StandardCharsets;

/**
 * The callbacks about extended attributes; arguments and results as in libfuse 2's fuse.h. There are
 * those of users only: the kernel asks for others ("security.capability" before each write), and
 * hears without bothering the tree that there are none.
 */
final class XattrCalls {

    private static final String NAMESPACE = "user.";
    private static final int XATTR_CREATE = 1;
    private static final int XATTR_REPLACE = 2;

    private final Drive drive;

    XattrCalls(Drive drive) {
        this.drive = drive;
    }

    int setxattr(long path, long name, long value, long size, int flags) throws FsException {
        String key = Memory.string(name);
        if (!key.startsWith(NAMESPACE)) {
            return -Errno.EOPNOTSUPP;
        }
        byte[] bytes = new byte[Math.toIntExact(size)];
        Memory.get(value, bytes, 0, bytes.length);
        XattrMode mode = switch (flags) {
            case XATTR_CREATE -> XattrMode.CREATE;
            case XATTR_REPLACE -> XattrMode.REPLACE;
            default -> XattrMode.ANY;
        };
        drive.setXattr(Memory.string(path), key, bytes, mode);
        return 0;
    }

    int getxattr(long path, long name, long to, long size) throws FsException {
        String key = Memory.string(name);
        if (!key.startsWith(NAMESPACE)) {
            return -Errno.EOPNOTSUPP;
        }
        return answer(drive.getXattr(Memory.string(path), key), to, size);
    }

    int listxattr(long path, long to, long size) throws FsException {
        var names = new StringBuilder();
        for (String name : drive.listXattrs(Memory.string(path))) {
            names.append(name).append('\0');
        }
        return answer(names.toString().getBytes(StandardCharsets.ISO_8859_1), to, size);
    }

    int removexattr(long path, long name) throws FsException {
        String key = Memory.string(name);
        if (!key.startsWith(NAMESPACE)) {
            return -Errno.EOPNOTSUPP;
        }
        drive.removeXattr(Memory.string(path), key);
        return 0;
    }

    /** @param size of the caller's buffer, 0 to ask for the length only */
    private static int answer(byte[] value, long to, long size) {
        if (size == 0) {
            return value.length;
        }
        if (value.length > size) {
            return -Errno.ERANGE;
        }
        Memory.put(to, value, 0, value.length);
        return value.length;
    }
}
