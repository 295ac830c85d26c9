package aloft.mount;

import aloft.tree.Drive;
import aloft.tree.Drive.RenameMode;
import aloft.tree.FsException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** The callbacks about names and attributes; arguments and results as in libfuse 2's fuse.h. */
final class PathCalls {

    private static final long UTIME_NOW = (1L << 30) - 1;
    private static final long UTIME_OMIT = (1L << 30) - 2;
    private static final int TIMESPEC_SIZE = 16;
    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;

    private final Drive drive;
    private final Structs structs;
    private final InstantSource clock;

    PathCalls(Drive drive, Structs structs, InstantSource clock) {
        this.drive = drive;
        this.structs = structs;
        this.clock = clock;
    }

    int getattr(long path, long stat) throws FsException {
        structs.putStat(stat, drive.stat(Memory.string(path)));
        return 0;
    }

    int readlink(long path, long to, long size) throws FsException {
        byte[] target = drive.readLink(Memory.string(path)).getBytes(StandardCharsets.ISO_8859_1);
        int length = (int) Math.min(target.length, size - 1);
        Memory.put(to, target, 0, length);
        Memory.putByte(to + length, (byte) 0);
        return 0;
    }

    int mknod(long path, int mode, long device) throws FsException {
        int type = mode & Modes.TYPE;
        if (type != 0 && type != Modes.FILE) {
            return -Errno.EPERM;
        }
        drive.release(drive.create(Memory.string(path), mode & Modes.PERMISSIONS, Drive.Access.READ));
        return 0;
    }

    int mkdir(long path, int mode) throws FsException {
        drive.makeFolder(Memory.string(path), mode & Modes.PERMISSIONS);
        return 0;
    }

    int unlink(long path) throws FsException {
        drive.removeFile(Memory.string(path));
        return 0;
    }

    int rmdir(long path) throws FsException {
        drive.removeFolder(Memory.string(path));
        return 0;
    }

    int symlink(long target, long path) throws FsException {
        drive.makeLink(Memory.string(path), Memory.string(target));
        return 0;
    }

    int rename(long from, long to) throws FsException {
        drive.rename(Memory.string(from), Memory.string(to), RenameMode.REPLACE);
        return 0;
    }

    /** The same with the flags of renameat2(2); not a callback of libfuse 2. */
    int renameWithFlags(long from, long to, int flags) throws FsException {
        RenameMode how;
        switch (flags) {
            case 0 -> how = RenameMode.REPLACE;
            case RENAME_NOREPLACE -> how = RenameMode.NO_REPLACE;
            case RENAME_EXCHANGE -> how = RenameMode.EXCHANGE;
            default -> {
                return -Errno.EINVAL;
            }
        }
        drive.rename(Memory.string(from), Memory.string(to), how);
        return 0;
    }

    /** A node has one name. */
    int link(long from, long to) {
        return -Errno.EPERM;
    }

    int chmod(long path, int mode) throws FsException {
        drive.setMode(Memory.string(path), mode & Modes.PERMISSIONS);
        return 0;
    }

    /** Everything belongs to the mount's owner and stays so. */
    int chown(long path, int uid, int gid) {
        Owner owner = structs.owner();
        boolean same = (uid == -1 || uid == owner.uid()) && (gid == -1 || gid == owner.gid());
        return same ? 0 : -Errno.EPERM;
    }

    int truncate(long path, long size) throws FsException {
        drive.setSize(Memory.string(path), size);
        return 0;
    }

    /** @param times access time, which is not kept, and modification time */
    int utimens(long path, long times) throws FsException {
        long seconds = Memory.getLong(times + TIMESPEC_SIZE);
        long nanos = Memory.getLong(times + TIMESPEC_SIZE + 8);
        if (nanos == UTIME_OMIT) {
            return 0;
        }
        drive.setModified(Memory.string(path), nanos == UTIME_NOW ? now() : nanosecondsOf(seconds, nanos));
        return 0;
    }

    private long now() {
        Instant now = clock.instant();
        return nanosecondsOf(now.getEpochSecond(), now.getNano());
    }

    /** Times that a long cannot hold, before 1677 or after 2262, become the nearest that it can. */
    private static long nanosecondsOf(long seconds, long nanos) {
        long whole = TimeUnit.SECONDS.toNanos(seconds);
        boolean outOfRange = whole == Long.MAX_VALUE || whole == Long.MIN_VALUE
                || whole > Long.MAX_VALUE - nanos;
        return outOfRange ? whole : whole + nanos;
    }

    int statfs(long path, long statvfs) {
        Structs.putSpace(statvfs, drive.space());
        return 0;
    }
}
