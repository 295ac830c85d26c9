package aloft.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader of one file will likely want next, from what it has read. Pure: no clock, no I/O. Not
 * thread safe.
 *
 * <p>
 * Up to three places are followed at a time, as players and unpackers read at the head and the tail by
 * turns. At each the window is small at first and doubles while the reader goes on, forwards or backwards.
 * Reads at equal distances are followed too. Any other read is a jump: what was guessed is given up.
 */
public final class ReadPattern {

    /** Bytes that the first read of a file's beginning may bring. */
    static final int FIRST = 256 << 10;
    /**
     * Who first reads no more may only look what the file is. The kernel reads ahead for them by itself, up to a
     * quarter of a megabyte: what is beyond that is asked for when they go on.
     */
    static final int LOOK = 32 << 10;
    static final int MOST = 16 << 20;
    /** A reader that leaves out this much still goes on. */
    static final int SKIP = 128 << 10;
    /** Several reads of one reader may come in any order within this distance. */
    static final int DISORDER = 1 << 20;
    /** Large guesses end where blocks of the usual size do. */
    private static final int BLOCK = 4 << 20;
    private static final int PLACES = 3;
    private static final int MOST_STEPS = 16;

    private final Deque<Place> places = new ArrayDeque<>(PLACES + 1);
    private final Steps steps = new Steps();

    /** Bytes of the file, {@code to} not among them; never empty. */
    public record Span(long from, long to) {}

    /**
     * @param beyond    bytes behind the read that should come with the same request, if it needs one
     * @param ahead     what to ask for besides
     * @param backwards whether {@code ahead} lies before the read
     * @param jump      whether all guesses from before are void
     */
    public record Plan(int beyond, List<Span> ahead, boolean backwards, boolean jump) {
        static final Plan NOTHING = new Plan(0, List.of(), false, false);
    }

    /** One place that is read at: the bytes {@code low} to {@code high} were. */
    private static final class Place {
        long low;
        long high;
        /** Up to here forwards, from here backwards, all has been asked for. */
        long askedTo;
        long askedFrom;
        int window = FIRST;
        int stepsBack;
        /** Up to here the reader may only be looking. */
        long lookTo;

        Place(long from, long to) {
            low = from;
            high = to;
            askedTo = to;
            askedFrom = from;
        }

        void forgetGuesses() {
            askedTo = high;
            askedFrom = low;
        }
    }

    /** The reader reads these bytes now. */
    public Plan feed(long offset, int length) {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("not a read");
        }
        long end = offset + length;
        steps.feed(offset);
        for (Place place : places) {
            Plan plan = goOnOrNull(place, offset, end);
            if (plan != null) {
                places.remove(place);
                places.addFirst(place);
                return plan;
            }
        }
        return steps.areEqual() ? steps.plan(offset, length) : jump(offset, end);
    }

    private static @Nullable Plan goOnOrNull(Place place, long offset, long end) {
        if (offset >= place.low && end <= place.high) {
            return Plan.NOTHING;
        }
        if (end > place.high && offset >= place.high - DISORDER
                && offset <= Math.max(place.high + SKIP, place.askedTo)) {
            return forwards(place, end);
        }
        if (offset < place.low && end <= place.low + DISORDER
                && end >= Math.min(place.low - SKIP, place.askedFrom)) {
            return backwards(place, offset);
        }
        return null;
    }

    private static Plan forwards(Place place, long end) {
        place.high = end;
        place.stepsBack = 0;
        long from = Math.max(place.askedTo, end);
        if (end <= place.lookTo || from - end > place.window - place.window / 4) {
            return Plan.NOTHING;
        }
        long to = end + place.window;
        if (place.window >= BLOCK) {
            to = (to + BLOCK - 1) / BLOCK * BLOCK;
        }
        place.askedTo = to;
        place.window = Math.min(2 * place.window, MOST);
        return new Plan(0, List.of(new Span(from, to)), false, false);
    }

    private static Plan backwards(Place place, long offset) {
        place.low = offset;
        place.stepsBack++;
        long to = Math.min(place.askedFrom, offset);
        if (place.stepsBack < 2 || to == 0 || offset - to > place.window - place.window / 4) {
            return Plan.NOTHING;
        }
        long from = Math.max(0, offset - place.window);
        place.askedFrom = from;
        place.window = Math.min(2 * place.window, MOST);
        return from < to ? new Plan(0, List.of(new Span(from, to)), true, false) : Plan.NOTHING;
    }

    private Plan jump(long offset, long end) {
        places.forEach(Place::forgetGuesses);
        var place = new Place(offset, end);
        places.addFirst(place);
        if (places.size() > PLACES) {
            places.removeLast();
        }
        if (offset == 0 && end < FIRST) {
            place.lookTo = end <= LOOK ? FIRST : 0;
            place.askedTo = FIRST;
            return new Plan((int) (FIRST - end), List.of(), false, true);
        }
        return new Plan(0, List.of(), false, true);
    }

    /** Reads at equal distances. */
    private static final class Steps {
        private long last;
        private long step;
        private int equal;
        private int asked;

        void feed(long offset) {
            long now = offset - last;
            if (now != step || now == 0) {
                step = now;
                equal = 0;
                asked = 0;
            } else {
                equal++;
                asked = Math.max(0, asked - 1);
            }
            last = offset;
        }

        boolean areEqual() {
            return equal >= 2;
        }

        /** Asks for the next one, then for the next two, and so on. */
        Plan plan(long offset, int length) {
            int most = Math.min(MOST_STEPS, 1 << Math.min(equal - 2, 10));
            List<Span> ahead = new ArrayList<>();
            for (int i = asked + 1; i <= most; i++) {
                long from = offset + i * step;
                if (from >= 0 && length > 0) {
                    ahead.add(new Span(from, from + length));
                }
            }
            asked = most;
            return new Plan(0, ahead, step < 0, false);
        }
    }
}
