package aloft.mount;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import aloft.tree.Drive;
import aloft.tree.Drive.Attributes;
import aloft.tree.Drive.Entry;
import aloft.tree.FsException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The callbacks about open folders; arguments and results as in libfuse 2's fuse.h.
 *
 * <p>
 * An offset of 0 is ".", 1 is "..", the drive's position 0 is 2.
 */
final class FolderCalls {

    private static final int DOTS = 2;

    /** As many as fit into the kernel's smallest request. */
    private static final int BATCH = 64;

    private static final int NAME_SIZE = 256;
    private static final MethodHandle FILLER = filler();

    private final Drive drive;
    private final Structs structs;
    private final ThreadLocal<MemorySegment> scratch = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(Structs.STAT_SIZE + NAME_SIZE, 8));

    FolderCalls(Drive drive, Structs structs) {
        this.drive = drive;
        this.structs = structs;
    }

    /** int fuse_fill_dir_t(void *to, const char *name, const struct stat *, off_t next), 1 when full. */
    @SuppressWarnings("restricted") // the address comes from the FUSE library
    private static MethodHandle filler() {
        return Linker.nativeLinker()
                .downcallHandle(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    }

    int opendir(long path, long info) throws FsException {
        Structs.putHandle(info, drive.openFolder(Memory.string(path)));
        return 0;
    }

    int readdir(long path, long to, long fill, long offset, long info) throws FsException {
        long handle = Structs.handle(info);
        var sink = new Sink(MemorySegment.ofAddress(fill), to, scratch.get().address());
        int at = Math.toIntExact(offset);
        if (at < DOTS) {
            Attributes self = drive.statFolder(handle);
            while (at < DOTS) {
                if (sink.isFull(at == 0 ? "." : "..", self, at + 1)) {
                    return 0;
                }
                at++;
            }
        }
        while (true) {
            List<Entry> entries = drive.list(handle, at - DOTS, BATCH);
            if (entries.isEmpty()) {
                return 0;
            }
            for (Entry entry : entries) {
                at = entry.next() + DOTS;
                if (sink.isFull(entry.name().raw(), entry.attributes(), at)) {
                    return 0;
                }
            }
        }
    }

    int releasedir(long path, long info) {
        drive.releaseFolder(Structs.handle(info));
        return 0;
    }

    int fsyncdir(long path, int dataOnly, long info) throws FsException {
        // a folder that has lost its name: what is durable of the drive is durable of it
        drive.fsyncFolder(path == 0 ? "/" : Memory.string(path));
        return 0;
    }

    /** The kernel's buffer for one request. */
    private final class Sink {

        private final MemorySegment fill;
        private final long to;
        private final long stat;
        private final long name;

        Sink(MemorySegment fill, long to, long scratch) {
            this.fill = fill;
            this.to = to;
            this.stat = scratch;
            this.name = scratch + Structs.STAT_SIZE;
        }

        boolean isFull(String entry, Attributes attributes, long next) {
            Memory.putString(name, entry);
            structs.putStat(stat, attributes);
            try {
                return (int) FILLER.invokeExact(fill, to, name, stat, next) != 0;
            } catch (Throwable e) {
                throw new IllegalStateException("cannot call back into the FUSE library", e);
            }
        }
    }
}
