package aloft.cache;

import aloft.format.ObjectId;

/**
 * What the disk has of one object.
 *
 * <p>
 * Uses and pins change only inside an atomic step of the {@link Inventory}, so that an object in use is never
 * being evicted; what it has changes only under its own monitor while it is in use. Order of locks:
 * the inventory's entry, the object, the index.
 */
final class CachedObject {

    final ObjectId id;
    private volatile Ranges has;
    private volatile int epoch;
    private int uses;
    private Ranges pinned = Ranges.NONE;
    private volatile long touched;

    CachedObject(ObjectId id, Ranges has) {
        this.id = id;
        this.has = has;
    }

    Ranges has() {
        return has;
    }

    synchronized void add(int from, int to) {
        has = has.plus(from, to);
    }

    synchronized void remove(int from, int to) {
        has = has.minus(from, to);
        epoch++;
    }

    /**
     * Grows whenever something is dropped: bytes read between two equal epochs are good when the object
     * had them at the first.
     */
    int epoch() {
        return epoch;
    }

    void use() {
        uses++;
    }

    void release() {
        uses--;
    }

    void pin(int from, int to) {
        pinned = pinned.plus(from, to);
    }

    void unpin(int from, int to) {
        pinned = pinned.minus(from, to);
    }

    boolean isIdle() {
        return uses == 0 && pinned.isEmpty();
    }

    /** Bytes that eviction would win; 0 keeps it from being evicted. */
    int weight() {
        return isIdle() ? has.bytes() : 0;
    }

    /** Whether the last touch lies so far back that this is another time somebody wants it. */
    boolean touch(long now, long apart) {
        if (now - touched < apart) {
            return false;
        }
        touched = now;
        return true;
    }
}
