package aloft.store;

import aloft.failure.Failure;
import java.io.Closeable;
import java.time.Duration;
import java.util.Optional;

/**
 * Where ciphertext lies: objects of bytes under keys. One class for each cloud; retry, limits and faults
 * are wrappers.
 *
 * <p>
 * A key is 1 to 200 chars of {@code a-z A-Z 0-9 . - _} in segments parted by '/', none of them empty or
 * beginning with '.'; folders in between come and go by themselves. No key goes on below another one ("a" and
 * "a/b"), and no two differ in case alone. Anything else is an {@link IllegalArgumentException}.
 *
 * <p>
 * All methods may be called from many threads at once, block until the answer is there, and end within
 * the store's own deadlines with a {@link Failure}; an interrupted caller gets {@link
 * java.io.InterruptedIOException}. After a {@link Failure.Unreachable} or an interrupt the outcome of a
 * write is unknown: the caller reads back. After {@link Failure.Busy} nothing was done.
 */
public interface Store extends Closeable {

    /**
     * Puts the object, replacing any older one. Others see the old bytes, or none, or all the new ones,
     * never a part, and when this returns they are durable. Repeating it with the same bytes is harmless.
     * Only who reads an object while it is being replaced may on some servers get a part of one.
     *
     * @throws Failure.Full when the quota does not allow it
     */
    void put(String key, byte[] body) throws Failure, java.io.InterruptedIOException;

    /**
     * Puts the object if there is none: the claim of a commit slot. Never sent twice behind the caller's
     * back. Of many callers at once, at most one gets true where {@link #promise} is not {@code NONE}.
     *
     * @return true when this call made it, false when one was there already
     */
    boolean putIfAbsent(String key, byte[] body) throws Failure, java.io.InterruptedIOException;

    /**
     * Replaces the object if it still is the given version.
     *
     * @param version from {@link Read#version}
     * @return false when it is another version by now, or gone
     */
    boolean replace(String key, byte[] body, String version) throws Failure, java.io.InterruptedIOException;

    /**
     * The whole object.
     *
     * @param limit bytes, more is {@link Failure.Damaged}
     * @throws Failure.Missing when there is none
     */
    Read get(String key, int limit) throws Failure, java.io.InterruptedIOException;

    /**
     * The bytes {@code offset} to {@code offset + length}, handed to the sink in order as they arrive, each
     * once, all of them before this returns. The sink may be called by another thread while this one
     * waits, and never after this has returned.
     *
     * @throws Failure.Missing when there is no such object
     * @throws Failure.Damaged when the object ends before that; the sink may have got a part
     */
    void read(String key, long offset, int length, Sink sink) throws Failure, java.io.InterruptedIOException;

    /**
     * The object if it is there, else whatever comes within the time; a store that cannot wait answers
     * at once, as this does.
     */
    default Optional<byte[]> await(String key, int limit, Duration time)
            throws Failure, java.io.InterruptedIOException {
        try {
            return Optional.of(get(key, limit).bytes());
        } catch (Failure.Missing e) {
            return Optional.empty();
        }
    }

    /**
     * Why this device may not claim here while another does, in a sentence; empty when it may. Asks the store
     * where that is not settled.
     */
    default Optional<String> readOnly() throws Failure, java.io.InterruptedIOException {
        return Optional.empty();
    }

    /** Whether {@link #await} waits by itself. */
    default boolean canAwait() {
        return false;
    }

    /**
     * All objects whose key begins with the prefix, which ends with '/' or is empty, in any order, whole
     * (all pages, all depths). What is put or deleted meanwhile may be there or not. An object may be told
     * more than once when the store had to be asked again.
     */
    void list(String prefix, Listing to) throws Failure, java.io.InterruptedIOException;

    /** Deletes the object; nothing happens when there is none. */
    void delete(String key) throws Failure, java.io.InterruptedIOException;

    /** Space of the whole account; {@link Space#UNKNOWN} where the store does not tell. */
    Space space() throws Failure, java.io.InterruptedIOException;

    /** What {@link #putIfAbsent} is worth here, found out when the store was opened or first asked. */
    Promise promise() throws Failure, java.io.InterruptedIOException;

    /** The place in words for messages, without any secret. */
    @Override
    String toString();

    @Override
    void close();

    /** @param version for {@link #replace}; any text */
    record Read(byte[] bytes, String version) {}

    /** @param modified milliseconds since 1970 by the store's clock */
    record Listed(String key, long size, long modified) {}

    /** Bytes; -1 when not known. */
    record Space(long total, long used) {
        public static final Space UNKNOWN = new Space(-1, -1);
    }

    enum Promise {
        /** The store lets exactly one writer make an object. */
        ATOMIC,
        /** Exactly one holds a lease at a time, and only the holder writes. */
        LEASE,
        /** None: one writing device only. */
        NONE
    }

    @FunctionalInterface
    interface Sink {
        /** The array is the caller's again when this returns. */
        void accept(byte[] bytes, int from, int length);
    }

    @FunctionalInterface
    interface Listing {
        void accept(Listed object);
    }
}
