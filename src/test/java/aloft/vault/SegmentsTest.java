package aloft.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentsTest {

    /** Plaintext, stream, segments; the table of docs/FORMAT.md. */
    @ParameterizedTest
    @CsvSource({
            "0, 56, 1", "1, 57, 1", "4096, 4152, 1", "65479, 65535, 1", "65480, 65536, 1", "65481, 65553, 2",
            "65520, 65592, 2", "130999, 131071, 2", "131000, 131072, 2", "131001, 131089, 3",
            "1048576, 1048888, 17", "4194304, 4195384, 65"})
    void sizes(int plain, int stream, int segments) throws Exception {
        assertThat(Segments.streamLength(plain)).isEqualTo(stream);
        assertThat(Segments.plainLength(stream)).isEqualTo(plain);
        assertThat(Segments.count(stream)).isEqualTo(segments);

        byte[] bytes = new byte[plain];
        new Random(plain).nextBytes(bytes);
        byte[] key = new byte[32];
        byte[] aad = {1, 2, 3};
        var tink = new AesGcmHkdfStreaming(key, "HmacSha256", 32, 1 << 16, 0);

        byte[] ours = StreamCipher.seal(key, aad, bytes);
        assertThat(ours).hasSize(stream);
        assertThat(tink.newDecryptingStream(new ByteArrayInputStream(ours), aad).readAllBytes())
                .isEqualTo(bytes);

        var theirs = new ByteArrayOutputStream();
        try (var encrypting = tink.newEncryptingStream(theirs, aad)) {
            encrypting.write(bytes);
        }
        assertThat(StreamCipher.open(key, aad, theirs.toByteArray(), 0, stream, "")).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "65479, 0", "65480, 1", "65520, 1", "130999, 1", "131000, 2", "4194303, 64"})
    void segmentOfAnOffset(int offset, int segment) {
        assertThat(Segments.segmentOf(offset)).isEqualTo(segment);
    }

    @ParameterizedTest
    @CsvSource({"-1", "0", "55", "65537", "65552", "131088", "67108865"})
    void lengthsThatNoStreamHas(int length) throws Exception {
        assertThat(Segments.isStreamLength(length)).isFalse();
        assertThatThrownBy(() -> Segments.count(length)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StreamCipher.open(new byte[32], new byte[0], new byte[0], 0, length, "It"))
                .isInstanceOf(Failure.Damaged.class);
    }

    @Test
    void segmentsBeyondTheEnd() {
        assertThatThrownBy(() -> Segments.cipherLength(1, 65_536)).isInstanceOf(
                IllegalArgumentException.class);
        assertThatThrownBy(() -> Segments.plainLength(-1, 65_536)).isInstanceOf(
                IllegalArgumentException.class);
        assertThatThrownBy(() -> Segments.cipherStart(1 << 20)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 2_000)
    void segmentsAddUpToTheWhole(@ForAll @IntRange(max = 40 << 20) int plain) {
        int stream = Segments.streamLength(plain);
        int cipher = 0;
        int clear = 0;
        for (int i = 0; i < Segments.count(stream); i++) {
            assertThat(Segments.cipherStart(i)).isEqualTo(cipher);
            assertThat(Segments.plainStart(i)).isEqualTo(clear);
            int length = Segments.plainLength(i, stream);
            assertThat(length).isGreaterThanOrEqualTo(plain == 0 ? 0 : 1).isLessThanOrEqualTo(Segments.PLAIN);
            assertThat(Segments.segmentOf(clear)).isEqualTo(i);
            assertThat(Segments.segmentOf(Math.max(clear, clear + length - 1))).isEqualTo(i);
            cipher += Segments.cipherLength(i, stream);
            clear += length;
        }
        assertThat(cipher).isEqualTo(stream);
        assertThat(clear).isEqualTo(plain);
    }
}
