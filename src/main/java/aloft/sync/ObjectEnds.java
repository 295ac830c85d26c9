package aloft.sync;

import aloft.cache.Range;
import aloft.format.ObjectId;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where objects end, as far as requests that went beyond have shown; rows do not tell. Only guesses go by
 * it. Safe for many threads.
 */
final class ObjectEnds {

    private static final int MOST = 256;

    @GuardedBy("this")
    private final Map<ObjectId, Integer> ends = new LinkedHashMap<>();

    synchronized void learn(ObjectId object, int end) {
        ends.put(object, end);
        if (ends.size() > MOST) {
            ends.remove(ends.keySet().iterator().next());
        }
    }

    synchronized int of(ObjectId object) {
        return ends.getOrDefault(object, Integer.MAX_VALUE);
    }

    /** The parts as far as there is anything. */
    List<Range> within(ObjectId object, List<Range> parts) {
        int end = of(object);
        if (parts.isEmpty() || parts.getLast().to() <= end) {
            return parts;
        }
        List<Range> within = new ArrayList<>();
        for (Range part : parts) {
            if (part.from() < end) {
                within.add(part.to() <= end ? part : new Range(part.from(), end));
            }
        }
        return within;
    }
}
