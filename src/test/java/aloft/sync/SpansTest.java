package aloft.sync;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.cache.Range;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import aloft.vault.Segments;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SpansTest {

    private static BlockRow block(int plain, int offset) {
        return new BlockRow(1, 0, new ObjectId(1, 2), offset, Segments.streamLength(plain), 1,
                new byte[Segments.HEADER], null);
    }

    @Property
    void theSegmentsOfABlockAreItsBytesInOrder(@ForAll @IntRange(min = 0, max = 5 << 20) int plain,
            @ForAll @IntRange(min = 0, max = 60 << 20) int offset) throws Exception {
        BlockRow block = block(plain, offset);
        int at = offset;
        for (Range segment : Spans.segments(block)) {
            assertThat(segment.from()).isEqualTo(at);
            at = segment.to();
        }
        assertThat(at).isEqualTo(offset + block.length());
        assertThat(Spans.plainLength(block)).isEqualTo(plain);
    }

    @Property
    void theEndOfAReadIsTheEndOfItsLastSegment(@ForAll @IntRange(min = 1, max = 5 << 20) int plain,
            @ForAll @IntRange(min = 1, max = 6 << 20) int end) {
        BlockRow block = block(plain, 1000);
        int last = Segments.segmentOf(Math.min(end, plain) - 1);
        assertThat(Spans.cipherEnd(block, end)).isEqualTo(Spans.segment(block, last).to());
    }

    @Property
    void runsHoldTheSameBytes(@ForAll List<@IntRange(min = 0, max = 3) Integer> gaps,
            @ForAll @IntRange(min = 1, max = 40) int most) {
        List<Range> parts = new ArrayList<>();
        int at = 0;
        for (int gap : gaps) {
            at += Math.max(0, gap - 2);
            parts.add(new Range(at, at + 5));
            at += 5;
        }
        List<Range> runs = Spans.runs(parts, most);
        assertThat(runs.stream()
                .flatMapToInt(run -> java.util.stream.IntStream.range(run.from(), run.to()))
                .toArray())
                .isEqualTo(parts.stream()
                        .flatMapToInt(part -> java.util.stream.IntStream.range(part.from(), part.to()))
                        .toArray());
        for (int i = 0; i < runs.size(); i++) {
            assertThat(runs.get(i).length()).isLessThanOrEqualTo(Math.max(most, 5));
            if (i > 0 && runs.get(i - 1).to() == runs.get(i).from()) {
                assertThat(runs.get(i - 1).length() + 5).isGreaterThan(most);
            }
        }
    }
}
