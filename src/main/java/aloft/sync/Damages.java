package aloft.sync;

import aloft.cache.Range;
import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known to be damaged, at most a thousand parts of it; of each the listeners are told once. Safe for many
 * threads.
 */
final class Damages {

    private static final int MOST = 1_000;

    private final Traffic traffic;
    @GuardedBy("this")
    private final Map<Place, Damage> known = new LinkedHashMap<>();
    private volatile boolean any;

    private record Place(ObjectId object, int offset) {}

    Damages(Traffic traffic) {
        this.traffic = traffic;
    }

    void found(BlockRow block, Range part, Failure why) {
        var damage = new Damage(block.file(), block.index(), block.object(), part.from(), part.length());
        synchronized (this) {
            if (known.size() == MOST
                    || known.putIfAbsent(new Place(block.object(), part.from()), damage) != null) {
                return;
            }
            any = true;
        }
        traffic.damaged(damage, why);
    }

    /** The part reads well. */
    void sound(BlockRow block, Range part) {
        if (any) {
            Damage damage;
            synchronized (this) {
                damage = known.remove(new Place(block.object(), part.from()));
                any = !known.isEmpty();
            }
            if (damage != null) {
                traffic.healed(damage);
            }
        }
    }

    /** No part of the block is of interest any more. */
    void forget(BlockRow block) {
        List<Damage> gone;
        synchronized (this) {
            gone = known.values()
                    .stream()
                    .filter(damage -> damage.object().equals(block.object())
                            && damage.offset() >= block.offset()
                            && damage.offset() < block.offset() + block.length())
                    .toList();
            gone.forEach(damage -> known.remove(new Place(damage.object(), damage.offset())));
            any = !known.isEmpty();
        }
        gone.forEach(traffic::healed);
    }

    synchronized List<Damage> all() {
        return List.copyOf(known.values());
    }
}
