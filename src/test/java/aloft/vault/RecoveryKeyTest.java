package aloft.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people type: recovery keys and passphrases. */
class RecoveryKeyTest {

    @Property(tries = 500)
    void comesBack(@ForAll @Size(20) byte[] key) {
        String text = RecoveryKey.encode(key);
        assertThat(text).matches("([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}");
        assertThat(RecoveryKey.decodeOrNull(text.toCharArray())).isEqualTo(key);
        String typed = text.toLowerCase(Locale.ROOT)
                .replace('-', ' ')
                .replace('0', 'o')
                .replace('1',
                        'l');
        assertThat(RecoveryKey.decodeOrNull(typed.toCharArray())).isEqualTo(key);
    }

    @Property(tries = 500)
    void aTypingMistakeShows(@ForAll @Size(20) byte[] key, @ForAll @IntRange(max = 43) int at) {
        char[] text = RecoveryKey.encode(key).toCharArray();
        if (text[at] == '-') {
            return;
        }
        text[at] = text[at] == 'Z' ? 'Y' : 'Z';
        assertThat(RecoveryKey.decodeOrNull(text)).isNull();
        assertThat(RecoveryKey.looksLikeOne(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU", "ſ234-1234",
            "1234-1234-1234-1234-1234-1234-1234-1234-12345"})
    void whatIsNone(String text) {
        assertThat(RecoveryKey.looksLikeOne(text.toCharArray())).isFalse();
        assertThat(RecoveryKey.decodeOrNull(text.toCharArray())).isNull();
    }

    @Test
    void secretsAreWiped() {
        char[] chars = "secret".toCharArray();
        Secret secret = Secret.of(chars);
        Secret copy = secret.copy();
        secret.close();
        assertThat(chars).containsOnly('\0');
        assertThatThrownBy(secret::normalizedUtf8).isInstanceOf(IllegalStateException.class);
        assertThat(copy.normalizedUtf8()).hasSize(6);
        assertThat(copy).hasToString("Secret[hidden]");
    }

    @Test
    void secretsOfAnyChars() {
        assertThat(VaultTest.secret("🙂\ud83d").normalizedUtf8()).hasSize(5);
        assertThat(VaultTest.secret("").isEmpty()).isTrue();
        char[] any = new char[200];
        var random = new Random(3);
        for (int i = 0; i < any.length; i++) {
            any[i] = (char) random.nextInt(65_536);
        }
        assertThat(Secret.of(any).normalizedUtf8()).hasSizeBetween(200, 1_200);
    }

    @Test
    void dearKdfsAreRefused() {
        for (int[] dear : new int[][]{{(1 << 20) + 1, 1, 1}, {64, 17, 1}, {4096, 1, 17}, {7, 1, 1},
                {64, 0, 1}, {64, 1, 0}}) {
            assertThatThrownBy(() -> new Kdf(dear[0], dear[1], dear[2]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
