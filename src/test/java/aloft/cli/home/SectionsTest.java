package aloft.cli.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class SectionsTest {

    @Property
    void readsWhatItWrote(@ForAll @AlphaChars @NotEmpty String name, @ForAll @AlphaChars @NotEmpty String key,
            @ForAll @AlphaChars @Chars({'\n', '\\', '=', '[',
                    '#'}) @CharRange(from = 'a', to = 'z') String value) {
        var sections = Map.of(name, Map.of(key, value));
        assertThat(Sections.parse(Sections.format("About", sections))).isEqualTo(sections);
    }

    @Test
    void namesTheLineThatIsNotUnderstood() {
        assertThatThrownBy(() -> Sections.parse("# fine\n[a]\nnonsense\n")).hasMessageContaining("line 3");
        assertThatThrownBy(() -> Sections.parse("key = before any section")).hasMessageContaining("line 1");
    }
}
