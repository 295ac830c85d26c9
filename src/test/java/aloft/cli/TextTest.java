package aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers, widths and progress as people see them. */
class TextTest {

    @ParameterizedTest
    @CsvSource({"0, 0 B", "999, 999 B", "1000, 1.0 kB", "1234567, 1.2 MB", "9949, 9.9 kB", "9950, 10 kB",
            "999499, 999 kB",
            "999500, 1.0 MB", "9223372036854775807, 9.2 EB"})
    void writesBytes(long bytes, String text) {
        assertThat(Quantity.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"20G, 20000000000", "1.5 MB, 1500000", "4096, 4096", "1 KiB, 1024", "2tib, 2199023255552"})
    void readsBytes(String text, long bytes) {
        assertThat(Quantity.parseBytes(text)).isEqualTo(bytes);
    }

    @Test
    void refusesWhatIsNoSize() {
        assertThatIllegalArgumentException().isThrownBy(() -> Quantity.parseBytes("-1"));
        assertThatIllegalArgumentException().isThrownBy(() -> Quantity.parseBytes("lots"));
    }

    @Property
    void fitsAnyText(@ForAll String text, @ForAll @IntRange(min = 3, max = 100) int columns) {
        assertThat(Width.of(Width.fit(text, columns))).isLessThanOrEqualTo(columns);
    }

    @Test
    void knowsWideLetters() {
        assertThat(Width.of("日本")).isEqualTo(4);
        assertThat(Width.of("e\u0301")).isEqualTo(1);
        assertThat(Width.fit("a very long name.txt", 11)).isEqualTo("a ver…e.txt");
        assertThat(Width.fit("a\nb\u001b[m", 10)).isEqualTo("a?b?[m");
    }

    @Test
    void drawsProgressOnATerminalAndTakesItAway() {
        var err = new ByteArrayOutputStream();
        var clock = new AtomicLong();
        try (var bar = new ProgressBar(new Terminal(new ByteArrayOutputStream(), err, false, true),
                "Uploading",
                clock::get)) {
            bar.at(0, 1000, "a");
            clock.addAndGet(50_000_000);
            bar.at(1, 1000, "too soon");
            clock.addAndGet(950_000_000);
            bar.at(500, 1000, "b.txt");
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("50%")
                .contains("500 B of 1.0 kB")
                .contains("500 B/s")
                .contains("b.txt")
                .doesNotContain("too soon")
                .endsWith("\r\u001b[K");
    }

    @Test
    void drawsNothingElsewhere() {
        var err = new ByteArrayOutputStream();
        try (var bar = new ProgressBar(new Terminal(err, err, false, false), "Uploading", System::nanoTime)) {
            bar.at(1, 2, "a");
        }
        assertThat(err.size()).isZero();
    }

    @Test
    void showsNoControlCharactersOnATerminal() {
        var out = new ByteArrayOutputStream();
        var terminal = new Terminal(out, out, true, true);
        terminal.line("x\u001b[31m\u202e\udcff");
        terminal.flush();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("x?[31m??\n");
    }
}
