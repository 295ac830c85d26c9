package aloft.state;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * File calls of Linux. A {@code FileChannel} is not enough: an interrupt closes it for every thread, may
 * swallow the error of an fsync, and its errors are told apart only by text in the user's language.
 */
final class Posix {

    static final int O_RDONLY = 0;
    static final int O_RDWR = 02;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_CLOEXEC = 02000000;
    static final int LOCK_EX_NB = 2 | 4;

    private static final int ENOENT = 2;
    private static final int EINTR = 4;
    private static final int EWOULDBLOCK = 11;
    private static final int EEXIST = 17;
    private static final int ENOSPC = 28;
    private static final int EDQUOT = 122;
    private static final int SEEK_END = 2;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final VarHandle ERRNO = Linker.Option.captureStateLayout()
            .varHandle(PathElement.groupElement("errno"));

    private static final MethodHandle OPEN = bind("open", 2,
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT,
                    JAVA_INT));
    private static final MethodHandle CLOSE = bind("close", -1, FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle PREAD = bind("pread", -1,
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PWRITE = bind("pwrite", -1,
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FSYNC = bind("fsync", -1, FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FDATASYNC = bind("fdatasync", -1,
            FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FTRUNCATE = bind("ftruncate", -1,
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle LSEEK = bind("lseek", -1,
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FLOCK = bind("flock", -1,
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private Posix() {}

    @SuppressWarnings("restricted")
    private static MethodHandle bind(String name, int firstVariadic, FunctionDescriptor types) {
        var function = LINKER.defaultLookup().findOrThrow(name);
        var errno = Linker.Option.captureCallState("errno");
        return firstVariadic < 0
                ? LINKER.downcallHandle(function, types, errno)
                : LINKER.downcallHandle(function, types, errno,
                        Linker.Option.firstVariadicArg(firstVariadic));
    }

    /** @return the descriptor; new files are for their owner alone */
    static int open(Path path, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path.toString(), pathCharset());
            return (int) call(arena, path.toString(),
                    errno -> (int) OPEN.invokeExact(errno, name, flags | O_CLOEXEC, 0600));
        }
    }

    static void close(int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            // not repeated after EINTR: Linux has closed it by then
            if ((int) CLOSE.invokeExact(errno, descriptor) < 0 && errno(errno) != EINTR) {
                throw failure("close", errno(errno));
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return bytes read, 0 at the end of the file */
    static long pread(int descriptor, MemorySegment to, long length, long at) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return call(arena, "read", errno -> (long) PREAD.invokeExact(errno, descriptor, to, length, at));
        }
    }

    /** @return bytes written, which may be fewer */
    static long pwrite(int descriptor, MemorySegment from, long length, long at) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return call(arena, "write",
                    errno -> (long) PWRITE.invokeExact(errno, descriptor, from, length, at));
        }
    }

    static void fsync(int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, "fsync", errno -> (int) FSYNC.invokeExact(errno, descriptor));
        }
    }

    /** Content and size, without times. */
    static void fdatasync(int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, "fdatasync", errno -> (int) FDATASYNC.invokeExact(errno, descriptor));
        }
    }

    static void truncate(int descriptor, long size) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, "truncate", errno -> (int) FTRUNCATE.invokeExact(errno, descriptor, size));
        }
    }

    static long size(int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return call(arena, "lseek", errno -> (long) LSEEK.invokeExact(errno, descriptor, 0L, SEEK_END));
        }
    }

    /** @return false when another descriptor, of this process or another, holds the lock */
    static boolean lock(int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            call(arena, "flock", errno -> (int) FLOCK.invokeExact(errno, descriptor, LOCK_EX_NB));
            return true;
        } catch (WouldBlock e) {
            return false;
        }
    }

    private interface Call {
        long invoke(MemorySegment errno) throws Throwable;
    }

    private static long call(Arena arena, String what, Call call) throws IOException {
        MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
        try {
            long result;
            do {
                result = call.invoke(errno);
            } while (result < 0 && errno(errno) == EINTR);
            if (result < 0) {
                throw failure(what, errno(errno));
            }
            return result;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static IOException failure(String what, int errno) {
        return switch (errno) {
            case ENOSPC, EDQUOT -> new Disk.NoSpace("No space left on the disk (" + what + ")");
            case ENOENT -> new NoSuchFileException(what);
            case EEXIST -> new FileAlreadyExistsException(what);
            case EWOULDBLOCK -> new WouldBlock();
            default -> new IOException(what + " failed with error " + errno + " of the operating system");
        };
    }

    /** How the JDK turns names of files into bytes. */
    private static Charset pathCharset() {
        String name = System.getProperty("sun.jnu.encoding");
        return name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
    }

    private static final class WouldBlock extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
