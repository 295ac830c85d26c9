package aloft.sync;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.sync.ReadPattern.Plan;
import aloft.sync.ReadPattern.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ReadPatternTest {

    private static final int KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    private final ReadPattern pattern = new ReadPattern();

    @Property
    void theFirstReadOfAFileCostsLittle(@ForAll @IntRange(min = 1, max = 1 << 20) int length) {
        Plan plan = new ReadPattern().feed(0, length);
        assertThat(plan.ahead()).isEmpty();
        assertThat(plan.beyond()).isEqualTo(Math.max(0, 256 * KIB - length));
    }

    @Test
    void whoOnlyLooksAtTheHeadHasNothingMoreAskedFor() {
        pattern.feed(0, 16 * KIB);
        for (long from = 16; from < 256; from += 16) {
            assertThat(pattern.feed(from * KIB, 16 * KIB).ahead()).isEmpty();
        }
        assertThat(pattern.feed(256 * KIB, 16 * KIB).ahead()).containsExactly(new Span(272 * KIB, 528 * KIB));
    }

    @Property
    void aRandomReadCostsNothingMore(@ForAll Random random) {
        var fresh = new ReadPattern();
        List<Long> read = new ArrayList<>(List.of(0L));
        for (int i = 0; i < 100; i++) {
            long offset;
            do {
                offset = 1 + random.nextLong(1L << 40);
            } while (isNear(offset, read));
            read.add(offset);
            Plan plan = fresh.feed(offset, 4 * KIB);
            assertThat(plan).isEqualTo(new Plan(0, List.of(), false, true));
        }
    }

    private static boolean isNear(long offset, List<Long> read) {
        return read.stream().anyMatch(each -> Math.abs(offset - each) <= 4 * MIB);
    }

    @Property
    void aSequentialReaderHasEachByteAskedForOnceAndEarly(
            @ForAll @LongRange(min = 0, max = 1L << 40) long start,
            @ForAll @IntRange(min = 4 << 10, max = 1 << 20) int length) {
        var fresh = new ReadPattern();
        long next = start;
        Plan first = fresh.feed(next, length);
        next += length;
        long asked = next + first.beyond();
        long window = 0;
        while (next < start + 200 * MIB) {
            Plan plan = fresh.feed(next, length);
            next += length;
            assertThat(plan.jump()).isFalse();
            for (Span span : plan.ahead()) {
                assertThat(span.from()).isEqualTo(Math.max(asked, next));
                asked = span.to();
            }
            asked = Math.max(asked, next);
            assertThat(asked - next).isLessThanOrEqualTo(20 * MIB);
            if (next - start > 32 * MIB) {
                window = Math.max(window, asked - next);
                assertThat(asked - next).as("ahead of the reader").isGreaterThanOrEqualTo(8 * MIB);
            }
        }
        assertThat(window).isGreaterThanOrEqualTo(12 * MIB);
    }

    @Test
    void theWindowDoubles() {
        List<Long> ahead = new ArrayList<>();
        long next = 0;
        for (int i = 0; i < 8; i++) {
            Plan plan = pattern.feed(next, 128 * KIB);
            next += 128 * KIB;
            plan.ahead().forEach(span -> ahead.add(span.to()));
        }
        assertThat(ahead).isSorted().hasSizeGreaterThanOrEqualTo(5);
        assertThat(ahead.getLast() - next).isGreaterThanOrEqualTo(4 * MIB);
        assertThat(ahead.getFirst()).isEqualTo(512 * KIB);
    }

    @Test
    void readsThatOvertakeEachOtherAreNoJump() {
        pattern.feed(0, 128 * KIB);
        long[] order = {1, 3, 2, 5, 4, 7, 8, 6};
        for (long i : order) {
            assertThat(pattern.feed(i * 128 * KIB, 128 * KIB).jump()).isFalse();
        }
    }

    @Test
    void aJumpGivesUpWhatWasGuessedAndBeginsSmall() {
        long next = 0;
        while (next < 64 * MIB) {
            pattern.feed(next, 128 * KIB);
            next += 128 * KIB;
        }
        assertThat(pattern.feed(500 * MIB, 4 * KIB)).isEqualTo(new Plan(0, List.of(), false, true));
        assertThat(pattern.feed(500 * MIB + 4 * KIB, 4 * KIB).ahead())
                .containsExactly(new Span(500 * MIB + 8 * KIB, 500 * MIB + 264 * KIB));
    }

    @Test
    void aReaderOfTwoPlacesByTurnsKeepsBoth() {
        long head = 0;
        long tail = 700 * MIB;
        pattern.feed(head, 64 * KIB);
        pattern.feed(tail, 64 * KIB);
        for (int i = 0; i < 400; i++) {
            head += 64 * KIB;
            tail += 64 * KIB;
            assertThat(pattern.feed(head, 64 * KIB).jump()).isFalse();
            assertThat(pattern.feed(tail, 64 * KIB).jump()).isFalse();
        }
        long more = 0;
        for (int i = 0; i < 64; i++) {
            head += 64 * KIB;
            more += pattern.feed(head, 64 * KIB)
                    .ahead()
                    .stream()
                    .mapToLong(span -> span.to() - span.from())
                    .sum();
        }
        assertThat(more).as("still going on at full width").isGreaterThanOrEqualTo(4 * MIB);
    }

    @Test
    void readingAgainAsksForNothing() {
        pattern.feed(0, 128 * KIB);
        pattern.feed(128 * KIB, 128 * KIB);
        assertThat(pattern.feed(4 * KIB, 4 * KIB)).isEqualTo(Plan.NOTHING);
        assertThat(pattern.feed(128 * KIB, 128 * KIB)).isEqualTo(Plan.NOTHING);
    }

    @Property
    void aBackwardReaderIsFollowed(@ForAll @IntRange(min = 4 << 10, max = 1 << 20) int length) {
        var fresh = new ReadPattern();
        long next = 300 * MIB;
        long asked = next;
        for (; next - length >= 0; next -= length) {
            Plan plan = fresh.feed(next - length, length);
            for (Span span : plan.ahead()) {
                assertThat(plan.backwards()).isTrue();
                assertThat(span.from()).isNotNegative();
                assertThat(span.to()).isEqualTo(Math.min(asked, next - length));
                asked = span.from();
            }
            if (next < 200 * MIB && next > 17 * MIB) {
                assertThat(next - length - asked).isBetween(8 * MIB, 20 * MIB);
            }
        }
        assertThat(asked).isZero();
    }

    @Property
    void readsAtEqualDistancesAreFollowed(@ForAll @LongRange(min = 2 << 20, max = 1L << 30) long step) {
        var fresh = new ReadPattern();
        List<Long> asked = new ArrayList<>();
        int unknown = 0;
        for (int i = 0; i < 50; i++) {
            long offset = 7 + i * step;
            if (!asked.contains(offset)) {
                unknown++;
            }
            for (Span span : fresh.feed(offset, 4 * KIB).ahead()) {
                assertThat(span.to() - span.from()).isEqualTo(4 * KIB);
                assertThat(asked).doesNotContain(span.from());
                asked.add(span.from());
            }
        }
        assertThat(unknown).isLessThanOrEqualTo(4);
        assertThat(asked).hasSizeBetween(50, 66);
    }

    @Property
    void whateverIsReadTheGuessesAreSound(@ForAll Random random) {
        var fresh = new ReadPattern();
        long place = 0;
        for (int i = 0; i < 300; i++) {
            place = switch (random.nextInt(4)) {
                case 0 -> random.nextLong(1L << 35);
                case 1 -> Math.max(0, place - random.nextInt(1 << 20));
                default -> place + random.nextInt(1 << 18);
            };
            int length = random.nextInt(1 << 20);
            Plan plan = fresh.feed(place, length);
            assertThat(plan.beyond()).isBetween(0, 256 * KIB);
            for (Span span : plan.ahead()) {
                assertThat(span.from()).isNotNegative().isLessThan(span.to());
                assertThat(span.to() - span.from()).isLessThanOrEqualTo(20 * MIB);
            }
        }
    }
}
