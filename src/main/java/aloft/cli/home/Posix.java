package aloft.cli.home;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The few calls of the C library that Java has no word for. All of them are Linux, 64 bit. */
public final class Posix {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final AddressLayout ADDRESS = ValueLayout.ADDRESS;
    private static final int PATH_MAX = 4096;
    private static final int TIOCGWINSZ = 0x5413;
    private static final int RLIMIT_CORE = 4;
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SUN_PATH = 108;

    private Posix() {}

    /** Nothing that this process makes from now on is readable by others. */
    public static void makeFilesPrivate() {
        call("umask", FunctionDescriptor.of(INT, INT), 0077);
    }

    /** When this process crashes, its memory with all keys is not written to the disk. */
    public static void leaveNoCore() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment none = arena.allocate(16);
            call("setrlimit", FunctionDescriptor.of(INT, INT, ADDRESS), RLIMIT_CORE, none);
        }
    }

    /** Leaves the terminal: closing it ends this process no more. */
    public static void leaveTerminal() {
        call("setsid", FunctionDescriptor.of(INT));
    }

    /** Ends this process at once: nothing that waits for the JVM's end is run. */
    public static void exit(int code) {
        call("_exit", FunctionDescriptor.of(INT, INT), code);
    }

    public static boolean isTerminal(int descriptor) {
        return call("isatty", FunctionDescriptor.of(INT, INT), descriptor) == 1;
    }

    /** Columns of the terminal at the descriptor; empty when it is none or does not tell. */
    public static Optional<Integer> columns(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(8);
            int result = call("ioctl", FunctionDescriptor.of(INT, INT, LONG, ADDRESS), descriptor,
                    (long) TIOCGWINSZ, size);
            int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 2));
            return result == 0 && columns > 0 ? Optional.of(columns) : Optional.empty();
        }
    }

    /**
     * The path without links, "." and "..", by realpath(3).
     *
     * @param path as {@link RawText}
     * @return empty when it cannot be followed to its end
     */
    public static Optional<String> realPath(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment resolved = arena.allocate(PATH_MAX);
            MemorySegment result = callForAddress("realpath",
                    FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS), cString(arena, RawText.encode(path)),
                    resolved);
            return result.equals(MemorySegment.NULL)
                    ? Optional.empty()
                    : Optional.of(RawText.decode(bytesOf(resolved)));
        }
    }

    /** Sends one datagram to a Unix socket; a first '@' stands for the abstract namespace. */
    public static boolean sendDatagram(String socket, byte[] message) {
        byte[] path = RawText.encode(socket);
        if (path.length == 0 || path.length >= SUN_PATH) {
            return false;
        }
        int fd = call("socket", FunctionDescriptor.of(INT, INT, INT, INT), AF_UNIX,
                SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(2 + SUN_PATH, 8);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
            if (path[0] == '@') {
                address.set(ValueLayout.JAVA_BYTE, 2, (byte) 0);
            }
            MemorySegment bytes = arena.allocate(message.length);
            MemorySegment.copy(message, 0, bytes, ValueLayout.JAVA_BYTE, 0, message.length);
            long sent = callForLong("sendto",
                    FunctionDescriptor.of(LONG, INT, ADDRESS, LONG, INT, ADDRESS, INT), fd, bytes,
                    (long) message.length, 0, address, 2 + path.length);
            return sent == message.length;
        } finally {
            call("close", FunctionDescriptor.of(INT, INT), fd);
        }
    }

    private static MemorySegment cString(Arena arena, byte[] bytes) {
        MemorySegment string = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, string, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return string;
    }

    private static byte[] bytesOf(MemorySegment cString) {
        int length = 0;
        while (cString.get(ValueLayout.JAVA_BYTE, length) != 0) {
            length++;
        }
        return cString.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private static int call(String name, FunctionDescriptor type, Object... arguments) {
        return (int) invoke(name, type, arguments);
    }

    private static long callForLong(String name, FunctionDescriptor type, Object... arguments) {
        return (long) invoke(name, type, arguments);
    }

    private static MemorySegment callForAddress(String name, FunctionDescriptor type, Object... arguments) {
        return (MemorySegment) invoke(name, type, arguments);
    }

    @SuppressWarnings("restricted")
    private static Object invoke(String name, FunctionDescriptor type, Object... arguments) {
        Linker linker = Linker.nativeLinker();
        MemorySegment function = linker.defaultLookup().find(name).orElseThrow();
        boolean variadic = name.equals("ioctl");
        MethodHandle handle = variadic
                ? linker.downcallHandle(function, type, Linker.Option.firstVariadicArg(2))
                : linker.downcallHandle(function, type);
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("the C library has no " + name + " as it should", e);
        }
    }
}
