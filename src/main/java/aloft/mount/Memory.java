package aloft.mount;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The memory that C hands to a callback, by its address. Nothing here checks bounds: an address is
 * what the FUSE library gave, valid until the callback returns, and every length comes with it.
 */
final class Memory {

    private static final MemorySegment ALL = all();

    private Memory() {}

    @SuppressWarnings("restricted") // the point of this class
    private static MemorySegment all() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    /** The bytes up to a NUL, one char for each. */
    static String string(long address) {
        return ALL.getString(address, StandardCharsets.ISO_8859_1);
    }

    /** Writes one byte for each char, which are 0 to 255, and a NUL. */
    static void putString(long address, String string) {
        ALL.setString(address, string, StandardCharsets.ISO_8859_1);
    }

    static void get(long address, byte[] to, int at, int length) {
        MemorySegment.copy(ALL, JAVA_BYTE, address, to, at, length);
    }

    static void put(long address, byte[] from, int at, int length) {
        MemorySegment.copy(from, at, ALL, JAVA_BYTE, address, length);
    }

    static int getInt(long address) {
        return ALL.get(JAVA_INT, address);
    }

    static void putInt(long address, int value) {
        ALL.set(JAVA_INT, address, value);
    }

    static void putByte(long address, byte value) {
        ALL.set(JAVA_BYTE, address, value);
    }

    static long getLong(long address) {
        return ALL.get(JAVA_LONG, address);
    }

    static void putLong(long address, long value) {
        ALL.set(JAVA_LONG, address, value);
    }

    static void clear(long address, long length) {
        ALL.asSlice(address, length).fill((byte) 0);
    }
}
