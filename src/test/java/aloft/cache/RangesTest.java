package aloft.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RangesTest {

    private static final int END = 40;

    record Step(boolean plus, int from, int to) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        var place = Arbitraries.integers().between(0, END);
        return Combinators.combine(Arbitraries.of(true, true, false), place, place)
                .as((plus, a, b) -> new Step(plus, Math.min(a, b), Math.max(a, b)))
                .list()
                .ofMaxSize(30);
    }

    @Property
    void isTheSetThatTheStepsMake(@ForAll("steps") List<Step> steps) {
        var model = new BitSet();
        Ranges ranges = Ranges.NONE;
        for (Step step : steps) {
            model.set(step.from(), step.to(), step.plus());
            ranges = step.plus() ? ranges.plus(step.from(), step.to()) : ranges.minus(step.from(), step.to());
            assertThat(ranges.all()).isEqualTo(runs(model, 0, END, true));
            assertThat(ranges.bytes()).isEqualTo(model.cardinality());
            assertThat(ranges.isEmpty()).isEqualTo(model.isEmpty());
        }
    }

    @Property
    void answersAsTheSetDoes(@ForAll("steps") List<Step> steps) {
        var model = new BitSet();
        Ranges ranges = Ranges.NONE;
        for (Step step : steps) {
            model.set(step.from(), step.to(), step.plus());
            ranges = step.plus() ? ranges.plus(step.from(), step.to()) : ranges.minus(step.from(), step.to());
        }
        for (int from = 0; from <= END; from++) {
            for (int to = from; to <= END; to++) {
                int there = model.get(from, to).cardinality();
                assertThat(ranges.overlap(from, to)).isEqualTo(there);
                assertThat(ranges.contains(from, to)).isEqualTo(there == to - from);
                assertThat(ranges.missing(from, to)).isEqualTo(runs(model, from, to, false));
            }
        }
    }

    private static List<Range> runs(BitSet set, int from, int to, boolean wanted) {
        List<Range> runs = new ArrayList<>();
        int at = from;
        while (at < to) {
            int end = at;
            while (end < to && set.get(end) == set.get(at)) {
                end++;
            }
            if (set.get(at) == wanted) {
                runs.add(new Range(at, end));
            }
            at = end;
        }
        return runs;
    }

    @Test
    void refusesWhatIsNoRange() {
        assertThatThrownBy(() -> Ranges.of(-1, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ranges.of(4, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ranges.of(4, Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Range(4, 4)).isInstanceOf(IllegalArgumentException.class);
    }
}
