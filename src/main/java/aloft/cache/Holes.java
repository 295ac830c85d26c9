package aloft.cache;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Gives a part of a file back to the disk: fallocate(2) of Linux, which Java has no call for. */
final class Holes {

    private static final int O_WRONLY = 1;
    private static final int O_CLOEXEC = 0x80000;
    /** FALLOC_FL_KEEP_SIZE and FALLOC_FL_PUNCH_HOLE. */
    private static final int PUNCH = 3;

    private static final MethodHandle OPEN = function("open", FunctionDescriptor.of(ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle FALLOCATE = function("fallocate",
            FunctionDescriptor.of(ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle CLOSE = function("close",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private Holes() {}

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type);
    }

    /**
     * The bytes read as zeros from now on and take no room as far as they fill whole blocks of the disk.
     *
     * @return false when the file system cannot do it or there is no such file
     */
    static boolean punch(Path file, long offset, long length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file.toString());
            int opened = (int) OPEN.invokeExact(name, O_WRONLY | O_CLOEXEC);
            if (opened < 0) {
                return false;
            }
            int done = (int) FALLOCATE.invokeExact(opened, PUNCH, offset, length);
            int closed = (int) CLOSE.invokeExact(opened);
            return done == 0 && closed == 0;
        } catch (Throwable e) {
            throw new IOException("fallocate cannot be called", e);
        }
    }
}
