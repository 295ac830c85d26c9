package aloft.mount;

import aloft.tree.Drive;
import aloft.tree.Drive.Access;
import aloft.tree.FsException;
import aloft.tree.FsException.Reason;
import java.util.function.IntSupplier;

/** The callbacks about open files; arguments and results as in libfuse 2's fuse.h. */
final class FileCalls {

    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;

    private final Drive drive;
    private final Structs structs;
    private final IntSupplier caller;
    private final ThreadLocal<byte[]> buffers = ThreadLocal.withInitial(() -> new byte[128 << 10]);

    /** @param caller the process or thread whose call this thread answers, 0 when it cannot be seen */
    FileCalls(Drive drive, Structs structs, IntSupplier caller) {
        this.caller = caller;
        this.drive = drive;
        this.structs = structs;
    }

    int fgetattr(long path, long stat, long info) throws FsException {
        structs.putStat(stat, drive.stat(Structs.handle(info)));
        return 0;
    }

    int ftruncate(long path, long size, long info) throws FsException {
        drive.setSize(Structs.handle(info), size);
        return 0;
    }

    int open(long path, long info) throws FsException {
        int flags = Structs.flags(info);
        Structs.putHandle(info, open(Memory.string(path), Modes.access(flags), truncates(flags)));
        return 0;
    }

    int create(long path, int mode, long info) throws FsException {
        int flags = Structs.flags(info);
        Structs.putHandle(info, createOrOpen(Memory.string(path), mode & Modes.PERMISSIONS, flags));
        return 0;
    }

    /** The kernel asks to create when it saw no such name; another device may have made one since. */
    private long createOrOpen(String path, int mode, int flags) throws FsException {
        Access access = Modes.access(flags);
        try {
            return drive.create(path, mode, access);
        } catch (FsException e) {
            if (e.reason() != Reason.EXISTS || (flags & Modes.O_EXCL) != 0) {
                throw e;
            }
            return open(path, access, truncates(flags));
        }
    }

    private long open(String path, Access access, boolean truncate) throws FsException {
        return drive.open(path, access, truncate, caller.getAsInt());
    }

    private static boolean truncates(int flags) {
        return (flags & Modes.O_TRUNC) != 0;
    }

    int read(long path, long to, long size, long offset, long info) throws FsException {
        int wanted = Math.toIntExact(size);
        byte[] buffer = buffer(wanted);
        int got = drive.read(Structs.handle(info), offset, buffer, 0, wanted);
        Memory.put(to, buffer, 0, got);
        return got;
    }

    int write(long path, long from, long size, long offset, long info) throws FsException {
        int length = Math.toIntExact(size);
        byte[] buffer = buffer(length);
        Memory.get(from, buffer, 0, length);
        boolean append = (Structs.flags(info) & Modes.O_APPEND) != 0 && !Structs.isFromPageCache(info);
        drive.write(Structs.handle(info), offset, buffer, 0, length, append);
        return length;
    }

    /** One for each thread, as large as its largest request. */
    private byte[] buffer(int size) {
        byte[] buffer = buffers.get();
        if (buffer.length < size) {
            buffer = new byte[size];
            buffers.set(buffer);
        }
        return buffer;
    }

    int flush(long path, long info) throws FsException {
        drive.flush(Structs.handle(info));
        return 0;
    }

    int fsync(long path, int dataOnly, long info) throws FsException {
        drive.fsync(Structs.handle(info));
        return 0;
    }

    int release(long path, long info) {
        drive.release(Structs.handle(info));
        return 0;
    }

    int fallocate(long path, int mode, long offset, long length, long info) throws FsException {
        switch (mode) {
            case 0 -> drive.allocate(Structs.handle(info), offset, length, false);
            case FALLOC_FL_KEEP_SIZE -> drive.allocate(Structs.handle(info), offset, length, true);
            case FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE ->
                drive.punchHole(Structs.handle(info), offset, length);
            default -> {
                return -Errno.EOPNOTSUPP;
            }
        }
        return 0;
    }
}
