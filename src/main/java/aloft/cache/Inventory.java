package aloft.cache;

import aloft.format.ObjectId;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Every object that the disk has something of, and the order in which they go when there is too much.
 * Safe for many threads.
 *
 * <p>
 * One object weighs its bytes on the disk, or nothing while it is pinned or in use; what weighs nothing is never
 * evicted. An object that has no bytes, no pin and no user is forgotten.
 */
final class Inventory {

    /** Reads of one object within so many nanoseconds count once: one pass over a file is one wish for it. */
    private static final long APART = 10_000_000_000L;

    private final LongSupplier nanoTime;
    private final com.github.benmanes.caffeine.cache.Cache<ObjectId, CachedObject> objects;
    private final Policy.Eviction<ObjectId, CachedObject> eviction;

    /** @param evict deletes what the disk has of an object that nobody uses */
    Inventory(long maximum, LongSupplier nanoTime, Consumer<CachedObject> evict) {
        this.nanoTime = nanoTime;
        objects = Caffeine.newBuilder()
                .maximumWeight(maximum)
                .weigher((ObjectId id, CachedObject object) -> object.weight())
                .executor(Runnable::run)
                .evictionListener((id, object, cause) -> {
                    if (object != null) {
                        evict.accept(object);
                    }
                })
                .build();
        eviction = objects.policy().eviction().orElseThrow();
    }

    void load(Map<ObjectId, Ranges> found) {
        found.forEach((id, has) -> objects.put(id, new CachedObject(id, has)));
    }

    @Nullable
    CachedObject findOrNull(ObjectId id) {
        return objects.policy().getIfPresentQuietly(id);
    }

    /** Somebody wants the object: it goes later. */
    void wanted(CachedObject object) {
        if (object.touch(nanoTime.getAsLong(), APART)) {
            var _ = objects.getIfPresent(object.id);
        }
    }

    /** The object, which is not evicted until {@link #release}. */
    CachedObject use(ObjectId id) {
        return change(id, CachedObject::use);
    }

    void release(CachedObject object) {
        change(object.id, CachedObject::release);
    }

    void pin(ObjectId id, int from, int to) {
        change(id, object -> object.pin(from, to));
    }

    void unpin(ObjectId id, int from, int to) {
        change(id, object -> object.unpin(from, to));
    }

    /** One atomic step, after which the object is weighed again. */
    private CachedObject change(ObjectId id, Consumer<CachedObject> step) {
        var changed = new CachedObject[1];
        objects.asMap().compute(id, (key, object) -> {
            changed[0] = object == null ? new CachedObject(id, Ranges.NONE) : object;
            step.accept(changed[0]);
            return changed[0].isIdle() && changed[0].has().isEmpty() ? null : changed[0];
        });
        return changed[0];
    }

    boolean holds(ObjectId id) {
        return findOrNull(id) != null;
    }

    /** Bytes of what may be evicted. */
    long evictable() {
        return eviction.weightedSize().orElse(0);
    }

    /** Evicts what is too much before it returns. */
    void setMaximum(long maximum) {
        if (maximum != eviction.getMaximum()) {
            eviction.setMaximum(maximum);
        }
        objects.cleanUp();
    }

    void each(Consumer<CachedObject> to) {
        objects.asMap().values().forEach(to);
    }

    void eachColdestFirst(Consumer<CachedObject> to) {
        eviction.coldest(Integer.MAX_VALUE).values().forEach(to);
    }
}
