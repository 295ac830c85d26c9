package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.tree.Extents.Extent;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Extents against an array that remembers for each byte which record made it, and which byte of it. */
class ExtentsTest {

    private static final int SIZE = 200;

    @Property
    void extentsSayOfEachByteWhoMadeItLast(
            @ForAll @Size(max = 40) List<@IntRange(max = 100_000) Integer> seeds) {
        var extents = new Extents();
        long[] model = new long[SIZE];
        Arrays.fill(model, -1);
        long ref = 1;
        for (int seed : seeds) {
            int offset = seed % 150;
            int length = seed / 150 % 50;
            boolean zero = seed % 7 == 0;
            extents.put(new Extent(offset, length, ref, 0, zero));
            for (int i = 0; i < length; i++) {
                model[offset + i] = zero ? -ref * 1000 : ref * 1000 + i;
            }
            if (seed % 11 == 0) {
                forget(extents, model, Math.max(0, ref - 3), seed % 100, seed % 100 + 40);
            }
            ref++;
            assertThat(bytes(extents, 0, SIZE)).isEqualTo(model);
            int from = seed % 90;
            assertThat(bytes(extents, from, from + 33)).isEqualTo(Arrays.copyOfRange(model, from, from + 33));
        }
        assertThat(extents.blocks(4)).isEqualTo(blocks(model));
    }

    private static void forget(Extents extents, long[] model, long before, int from, int to) {
        extents.forgetBefore(before, from, to);
        for (int i = from; i < to; i++) {
            if (Math.abs(model[i]) / 1000 < before) {
                model[i] = -1;
            }
        }
    }

    private static long[] bytes(Extents extents, int from, int to) {
        long[] found = new long[to - from];
        Arrays.fill(found, -1);
        for (Extent extent : extents.in(from, to)) {
            for (int i = 0; i < extent.length(); i++) {
                int at = (int) extent.offset() - from + i;
                assertThat(found[at]).as("no overlap").isEqualTo(-1);
                found[at] = extent.zero() ? -extent.ref() * 1000 : extent.ref() * 1000 + extent.skip() + i;
            }
        }
        return found;
    }

    private static List<Long> blocks(long[] model) {
        return java.util.stream.LongStream.range(0, (SIZE + 15) / 16)
                .filter(block -> java.util.stream.IntStream
                        .range((int) block * 16, Math.min(SIZE, (int) block * 16 + 16))
                        .anyMatch(i -> model[i] != -1))
                .boxed()
                .toList();
    }
}
