package aloft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ByteRangeTest {

    @Property
    void aRangeLiesWithinTheObject(@ForAll @LongRange(min = 0, max = 1000) long first,
            @ForAll @LongRange(min = 0, max = 2000) long last,
            @ForAll @LongRange(min = 0, max = 1500) long size) {
        Optional<ByteRange> range = ByteRange.parse("bytes=" + first + "-" + last, size);

        if (last < first) {
            assertThat(range).isEmpty();
        } else if (first >= size) {
            assertThat(range).hasValueSatisfying(r -> assertThat(r.isSatisfiable()).isFalse());
        } else {
            assertThat(range).contains(new ByteRange(first, Math.min(last, size - 1) - first + 1));
        }
    }

    @Property
    void aSuffixEndsWithTheObject(@ForAll @LongRange(min = 0, max = 2000) long length,
            @ForAll @LongRange(min = 0, max = 1500) long size) {
        ByteRange range = ByteRange.parse("bytes=-" + length, size).orElseThrow();

        assertThat(range.length()).isEqualTo(Math.min(length, size));
        assertThat(range.isSatisfiable()).isEqualTo(length > 0 && size > 0);
        assertThat(range.from() + range.length()).isEqualTo(size);
    }

    @Test
    void whatMakesNoSenseIsIgnored() {
        for (String header : new String[]{"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2,3-4",
                "chars=1-2",
                "bytes=9999999999999999999-", "bytes=1--2", "bytes 1-2"}) {
            assertThat(ByteRange.parse(header, 100)).as(header).isEmpty();
        }
        assertThat(ByteRange.parse(null, 100)).isEmpty();
        assertThat(ByteRange.parse("Bytes = 1-2", 100)).contains(new ByteRange(1, 2));
    }
}
