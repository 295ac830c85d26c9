package aloft.cache;

import aloft.format.ObjectId;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/** Decrypted segments in memory, by weight. Safe for many threads. */
final class ClearSegments {

    private static final int SEGMENT = 1 << 16;
    /** Bytes that an entry costs besides its array, about. */
    private static final int OVERHEAD = 128;

    private final com.github.benmanes.caffeine.cache.Cache<Key, byte[]> segments;

    /** @param offset in the object of the segment's ciphertext */
    private record Key(ObjectId object, int offset) {}

    ClearSegments(long bytes) {
        segments = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((Key key, byte[] plain) -> plain.length + OVERHEAD)
                .executor(Runnable::run)
                .build();
    }

    byte @Nullable [] getOrNull(ObjectId object, int offset) {
        return segments.getIfPresent(new Key(object, offset));
    }

    void put(ObjectId object, int offset, byte[] plain) {
        segments.put(new Key(object, offset), plain);
    }

    void drop(ObjectId object) {
        segments.asMap().keySet().removeIf(key -> key.object().equals(object));
    }

    /** Of a range that begins where a segment does. */
    void drop(ObjectId object, int from, int to) {
        for (int at = from; at < to; at += SEGMENT) {
            segments.invalidate(new Key(object, at));
        }
    }
}
