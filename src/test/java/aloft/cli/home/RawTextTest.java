package aloft.cli.home;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RawTextTest {

    @Property
    void keepsEveryByte(@ForAll byte[] bytes) {
        assertThat(RawText.encode(RawText.decode(bytes))).isEqualTo(bytes);
        assertThat(RawText.toRaw(RawText.decode(bytes))).hasSize(bytes.length);
    }

    @Test
    void readsUtf8AsItIs() {
        assertThat(RawText.ofRaw("/caf\u00c3\u00a9")).isEqualTo("/café");
        assertThat(RawText.toRaw("é")).isEqualTo("\u00c3\u00a9");
        assertThat(RawText.isPlain("𝄞 and é")).isTrue();
    }

    @Test
    void marksBytesThatAreNoText() {
        String text = RawText.ofRaw("caf\u00e9");
        assertThat(text).isEqualTo("caf\udce9");
        assertThat(RawText.isPlain(text)).isFalse();
    }

    @Test
    void leavesArgumentsThatItCannotFind() {
        String[] given = {"not", "on", "the", "command", "line"};
        assertThat(RawText.arguments(given)).hasSize(5);
    }
}
