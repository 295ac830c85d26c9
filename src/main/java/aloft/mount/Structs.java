package aloft.mount;

import aloft.tree.Drive.Attributes;
import aloft.tree.Drive.Space;
import java.util.concurrent.TimeUnit;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;

/** The C structures that callbacks read and fill, laid out as jnr-fuse knows them for this CPU. */
final class Structs {

    static final int STAT_SIZE;

    private static final int BLOCK = 4096;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long UNLIMITED_ENTRIES = 0xFFFF_FFFFL;

    private static final long INO;
    private static final long MODE;
    private static final long NLINK;
    private static final long UID;
    private static final long GID;
    private static final long SIZE;
    private static final long BLKSIZE;
    private static final long BLOCKS;
    private static final long ATIME;
    private static final long MTIME;
    private static final long CTIME;
    private static final boolean WIDE_NLINK;
    private static final long STATVFS_SIZE;
    private static final Statvfs STATVFS;
    private static final long FLAGS;
    private static final long WRITEPAGE;
    private static final long BITS;
    private static final long HANDLE;

    private static final int KEEP_CACHE = 1 << 1;

    static {
        Runtime runtime = Runtime.getSystemRuntime();
        var stat = new FileStat(runtime);
        STAT_SIZE = Struct.size(stat);
        INO = stat.st_ino.offset();
        MODE = stat.st_mode.offset();
        NLINK = stat.st_nlink.offset();
        UID = stat.st_uid.offset();
        GID = stat.st_gid.offset();
        SIZE = stat.st_size.offset();
        BLKSIZE = stat.st_blksize.offset();
        BLOCKS = stat.st_blocks.offset();
        // three struct timespec follow the blocks, on x86-64 and on arm64
        ATIME = BLOCKS + 8;
        MTIME = ATIME + 16;
        CTIME = MTIME + 16;
        WIDE_NLINK = NLINK < MODE;
        STATVFS = new Statvfs(runtime);
        STATVFS_SIZE = Struct.size(STATVFS);
        var info = FuseFileInfo.of(Pointer.wrap(runtime, 0L));
        FLAGS = info.flags.offset();
        HANDLE = info.fh.offset();
        // jnr-fuse gives each bit of the C field a byte: int writepage and the bits end where fh begins
        BITS = HANDLE - 4;
        WRITEPAGE = HANDLE - 8;
    }

    private final Owner owner;

    /** @param owner of everything in the drive */
    Structs(Owner owner) {
        this.owner = owner;
    }

    Owner owner() {
        return owner;
    }

    void putStat(long stat, Attributes of) {
        Memory.clear(stat, STAT_SIZE);
        Memory.putLong(stat + INO, of.id());
        Memory.putInt(stat + MODE, Modes.of(of));
        if (WIDE_NLINK) {
            Memory.putLong(stat + NLINK, of.links());
        } else {
            Memory.putInt(stat + NLINK, of.links());
        }
        Memory.putInt(stat + UID, owner.uid());
        Memory.putInt(stat + GID, owner.gid());
        Memory.putLong(stat + SIZE, of.size());
        Memory.putInt(stat + BLKSIZE, BLOCK);
        Memory.putLong(stat + BLOCKS, (of.stored() + 511) / 512);
        putTime(stat + ATIME, of.mtime());
        putTime(stat + MTIME, of.mtime());
        putTime(stat + CTIME, of.ctime());
    }

    private static void putTime(long at, long nanos) {
        Memory.putLong(at, Math.floorDiv(nanos, NANOS));
        Memory.putLong(at + 8, Math.floorMod(nanos, NANOS));
    }

    /** What is not known is zero, which programs take for "cannot say". */
    static void putSpace(long statvfs, Space space) {
        Memory.clear(statvfs, STATVFS_SIZE);
        Memory.putLong(statvfs + STATVFS.f_bsize.offset(), BLOCK);
        Memory.putLong(statvfs + STATVFS.f_frsize.offset(), BLOCK);
        Memory.putLong(statvfs + STATVFS.f_namemax.offset(), 255);
        if (space.free() >= 0) {
            long free = space.free() / BLOCK;
            Memory.putLong(statvfs + STATVFS.f_blocks.offset(), Math.max(space.total() / BLOCK, free));
            Memory.putLong(statvfs + STATVFS.f_bfree.offset(), free);
            Memory.putLong(statvfs + STATVFS.f_bavail.offset(), free);
        }
        if (space.entries() >= 0) {
            Memory.putLong(statvfs + STATVFS.f_files.offset(), space.entries() + UNLIMITED_ENTRIES);
            Memory.putLong(statvfs + STATVFS.f_ffree.offset(), UNLIMITED_ENTRIES);
            Memory.putLong(statvfs + STATVFS.f_favail.offset(), UNLIMITED_ENTRIES);
        }
    }

    /** The flags of open(2), as they are at the time of the call. */
    static int flags(long info) {
        return Memory.getInt(info + FLAGS);
    }

    static long handle(long info) {
        return Memory.getLong(info + HANDLE);
    }

    static void putHandle(long info, long handle) {
        Memory.putLong(info + HANDLE, handle);
    }

    /** The kernel writes back a page of its own: the offset counts, whatever the flags say. */
    static boolean isFromPageCache(long info) {
        return Memory.getInt(info + WRITEPAGE) != 0;
    }

    /** Pages of an earlier open are still good. */
    static void keepCache(long info) {
        Memory.putInt(info + BITS, Memory.getInt(info + BITS) | KEEP_CACHE);
    }
}
