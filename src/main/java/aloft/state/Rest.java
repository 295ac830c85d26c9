package aloft.state;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What few rows have, in one column: a link's target, extended attributes, unknown fields. A sequence of
 * parts: u8 kind, then for kind 2 the attribute's name as u32 length + UTF-8, then u32 length + bytes.
 */
record Rest(@Nullable String target, Map<String, byte[]> xattrs, @Nullable String unknown) {

    static final Rest NONE = new Rest(null, Map.of(), null);

    private static final byte TARGET = 1;
    private static final byte XATTR = 2;
    private static final byte UNKNOWN = 3;

    /** Null when there is nothing. */
    byte @Nullable [] bytesOrNull() {
        if (target == null && xattrs.isEmpty() && unknown == null) {
            return null;
        }
        int size = xattrs.entrySet()
                .stream()
                .mapToInt(x -> 9 + 3 * x.getKey().length() + x.getValue().length)
                .sum();
        size += target == null ? 0 : 5 + target.length();
        size += unknown == null ? 0 : 5 + 3 * unknown.length();
        ByteBuffer out = ByteBuffer.allocate(size);
        if (target != null) {
            put(out.put(TARGET), target.getBytes(StandardCharsets.ISO_8859_1));
        }
        new TreeMap<>(xattrs).forEach((name, value) -> {
            put(out.put(XATTR), name.getBytes(StandardCharsets.UTF_8));
            put(out, value);
        });
        if (unknown != null) {
            put(out.put(UNKNOWN), unknown.getBytes(StandardCharsets.UTF_8));
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    static Rest of(byte @Nullable [] bytes) throws SQLException {
        if (bytes == null) {
            return NONE;
        }
        String target = null;
        String unknown = null;
        Map<String, byte[]> xattrs = new TreeMap<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            while (in.hasRemaining()) {
                switch (in.get()) {
                    case TARGET -> target = new String(take(in), StandardCharsets.ISO_8859_1);
                    case XATTR -> xattrs.put(new String(take(in), StandardCharsets.UTF_8), take(in));
                    case UNKNOWN -> unknown = new String(take(in), StandardCharsets.UTF_8);
                    default -> throw new SQLException("a row has an unknown part");
                }
            }
        } catch (BufferUnderflowException e) {
            throw new SQLException("a row is cut off", e);
        }
        return new Rest(target, xattrs, unknown);
    }

    private static void put(ByteBuffer out, byte[] bytes) {
        out.putInt(bytes.length).put(bytes);
    }

    private static byte[] take(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
