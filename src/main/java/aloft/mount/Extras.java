package aloft.mount;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** What goes in and out beside the table of callbacks: struct aloft_fuse of native/fuse/aloft_fuse.h. */
final class Extras {

    private static final long MAGIC = 0x616c6f66742d3101L;
    private static final long RENAME = 8;
    private static final long SESSION = 16;
    private static final long SIZE = 24;

    private final MemorySegment memory;

    /** @param rename address of a function for renameat2(2) */
    Extras(Arena arena, long rename) {
        memory = arena.allocate(SIZE, Long.BYTES);
        Memory.putLong(memory.address(), MAGIC);
        Memory.putLong(memory.address() + RENAME, rename);
    }

    Pointer pointer() {
        return Pointer.wrap(Runtime.getSystemRuntime(), memory.address());
    }

    /** Set while the kernel speaks to the drive. */
    long session() {
        return Memory.getLong(memory.address() + SESSION);
    }
}
