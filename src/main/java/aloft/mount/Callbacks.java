package aloft.mount;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import aloft.tree.FsException;
import aloft.tree.FsException.Reason;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * The table of functions that the FUSE library calls: jnr-fuse's, with our functions in it.
 *
 * <p>
 * The functions are not jnr-fuse's own closures, which decode every path
 * with a charset (names are bytes) and take several times as long, but stubs of java.lang.foreign
 * for the methods of the same names. A method that throws answers with an errno all the same.
 */
final class Callbacks {

    private static final System.Logger LOG = System.getLogger(Callbacks.class.getName());
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodHandle ANSWER = answer();

    /** The members of libfuse 2's struct fuse_operations, each as wide as a pointer. */
    private static final List<String> MEMBERS = List.of(
            "getattr", "readlink", "getdir", "mknod", "mkdir", "unlink", "rmdir", "symlink", "rename", "link",
            "chmod", "chown", "truncate", "utime", "open", "read", "write", "statfs", "flush", "release",
            "fsync",
            "setxattr", "getxattr", "listxattr", "removexattr", "opendir", "readdir", "releasedir",
            "fsyncdir",
            "init", "destroy", "access", "create", "ftruncate", "fgetattr", "lock", "utimens", "bmap",
            "flags",
            "ioctl", "poll", "write_buf", "read_buf", "flock", "fallocate");

    /** The flags nullpath_ok, nopath and utime_omit_ok: see {@link #MEMBERS}, "flags". */
    private static final int FLAGS = 0b111;

    private final FuseOperations operations = new FuseOperations(Runtime.getSystemRuntime());
    private final Arena arena;

    /** @param arena keeps the functions callable */
    Callbacks(Arena arena) {
        this.arena = arena;
        Pointer table = Struct.getMemory(operations);
        table.setMemory(0, Struct.size(operations), (byte) 0);
        table.putInt(place("flags"), FLAGS);
    }

    FuseOperations table() {
        return operations;
    }

    /** Puts a function for each method of the object that the table has a place for. */
    void add(Object calls) {
        for (Method method : calls.getClass().getDeclaredMethods()) {
            if (!Modifier.isPrivate(method.getModifiers()) && MEMBERS.contains(method.getName())) {
                Struct.getMemory(operations).putAddress(place(method.getName()), function(calls, method));
            }
        }
    }

    private static long place(String member) {
        return (long) MEMBERS.indexOf(member) * Long.BYTES;
    }

    /** The address of a C function that calls the method of that name. */
    long function(Object calls, String name) {
        return Arrays.stream(calls.getClass().getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .mapToLong(method -> function(calls, method))
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("restricted") // C decides when to call, with arguments as fuse.h says
    private long function(Object calls, Method method) {
        try {
            MethodHandle call = LOOKUP.unreflect(method).bindTo(calls);
            MethodHandle failed = MethodHandles.dropArguments(
                    ANSWER.bindTo(method.getName()), 1, call.type().parameterList());
            MethodHandle safe = call.type().returnType() == int.class
                    ? MethodHandles.catchException(call, Throwable.class, failed)
                    : call;
            return Linker.nativeLinker().upcallStub(safe, descriptor(call.type()), arena).address();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FunctionDescriptor descriptor(MethodType type) {
        MemoryLayout[] arguments = type.parameterList()
                .stream()
                .map(Callbacks::layout)
                .toArray(MemoryLayout[]::new);
        return FunctionDescriptor.of(layout(type.returnType()), arguments);
    }

    private static MemoryLayout layout(Class<?> type) {
        return type == int.class ? JAVA_INT : JAVA_LONG;
    }

    private static MethodHandle answer() {
        try {
            return LOOKUP.findStatic(Callbacks.class, "answer",
                    MethodType.methodType(int.class, String.class, Throwable.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the kernel hears when a callback ends by an exception. */
    static int answer(String call, Throwable thrown) {
        if (thrown instanceof FsException refused) {
            boolean isTrouble = refused.reason() == Reason.IO || refused.reason() == Reason.TIMED_OUT;
            LOG.log(isTrouble ? Level.WARNING : Level.DEBUG, () -> call + ": " + refused.getMessage());
            return -Errno.of(refused.reason());
        }
        LOG.log(Level.ERROR, () -> call + " failed", thrown);
        return -Errno.EIO;
    }
}
