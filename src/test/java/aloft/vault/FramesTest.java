package aloft.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramesTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "5, 5", "7, 7", "9, 10", "100, 104", "128, 128", "129, 144", "1000, 1024",
            "1025, 1088", "5000, 5120", "65537, 67584", "100000, 100352", "1048577, 1081344",
            "4194305, 4325376", "1000000000, 1006632960"})
    void padmeSizes(long length, long padded) {
        assertThat(Frames.padme(length)).isEqualTo(padded);
    }

    @Property
    void padmeCostsLittleAndIsStable(@ForAll @LongRange(min = 1, max = 1L << 40) long length) {
        long padded = Frames.padme(length);
        assertThat(padded).isBetween(length, length + length / 8);
        assertThat(Frames.padme(padded)).isEqualTo(padded);
    }

    @Property(tries = 300)
    void givesBackWhatWasFramed(@ForAll @IntRange(max = 100_000) int length, @ForAll boolean dull)
            throws Exception {
        byte[] bytes = new byte[length + 10];
        if (!dull) {
            new Random(length).nextBytes(bytes);
        }
        byte[] frame = Frames.frame(bytes, length);
        assertThat(frame.length).isEqualTo((int) Frames.padme(frame.length)).isLessThan(length * 9 / 8 + 16);
        assertThat(Frames.unframe(frame, length, "It")).hasSize(length)
                .isEqualTo(Arrays.copyOf(bytes, length));
    }

    @Test
    void stopsAtTheLimit() {
        byte[] bomb = new byte[50 << 20];
        byte[] frame = Frames.frame(bomb, bomb.length);
        assertThat(frame).hasSizeLessThan(60_000);
        assertThatThrownBy(() -> Frames.unframe(frame, 1 << 20, "A bomb")).isInstanceOf(Failure.Damaged.class)
                .hasMessage("A bomb is larger than any that is written.");
        byte[] raw = Frames.frame(new byte[]{1, 2, 3}, 3);
        assertThatThrownBy(() -> Frames.unframe(raw, 2, "It")).isInstanceOf(Failure.Damaged.class);
    }

    @Test
    void framesThatLie() {
        assertDamaged(new byte[4]);
        assertDamaged(head(0, 6, 5));
        assertDamaged(head(0, -1, 5));
        assertDamaged(head(0, Integer.MIN_VALUE, 5));
        assertDamaged(head(1, 3, 5));
        assertThatThrownBy(() -> Frames.unframe(head(2, 0, 5), 100, "It")).isInstanceOf(Failure.TooNew.class);
    }

    @Test
    void deflateThatWantsADictionaryOrEndsEarly() {
        try (var deflater = new Deflater(9, true)) {
            deflater.setInput(new byte[100_000]);
            deflater.finish();
            byte[] out = new byte[200];
            int n = deflater.deflate(out);
            var frame = new ByteArrayOutputStream();
            frame.writeBytes(ByteBuffer.allocate(5).put((byte) 1).putInt(n - 20).array());
            frame.write(out, 0, n);
            assertDamaged(frame.toByteArray());
        }
    }

    private static void assertDamaged(byte[] frame) {
        assertThatThrownBy(() -> Frames.unframe(frame, 1 << 20, "It")).isInstanceOf(Failure.Damaged.class);
    }

    private static byte[] head(int codec, int n, int rest) {
        return ByteBuffer.allocate(5 + rest).put((byte) codec).putInt(n).array();
    }
}
