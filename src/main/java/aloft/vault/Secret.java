package aloft.vault;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/** A passphrase or a recovery key, in memory until closed. Not thread safe. */
public final class Secret implements AutoCloseable {

    private final char[] chars;
    private boolean closed;

    private Secret(char[] chars) {
        this.chars = chars;
    }

    /** Takes the array over: it is wiped on close. */
    public static Secret of(char[] chars) {
        return new Secret(chars);
    }

    public boolean isEmpty() {
        return chars.length == 0;
    }

    /** A copy that lives on when this one is closed. */
    public Secret copy() {
        return new Secret(open().clone());
    }

    /** UTF-8 of the Unicode normalization form C; the caller wipes it. */
    byte[] normalizedUtf8() {
        CharBuffer text = CharBuffer.wrap(open());
        if (!Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
            text = CharBuffer.wrap(Normalizer.normalize(text, Normalizer.Form.NFC).toCharArray());
        }
        byte[] buffer = new byte[3 * text.length()];
        ByteBuffer utf8 = ByteBuffer.wrap(buffer);
        StandardCharsets.UTF_8.newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(text, utf8, true);
        byte[] bytes = Arrays.copyOf(buffer, utf8.position());
        Arrays.fill(buffer, (byte) 0);
        return bytes;
    }

    /** The chars themselves, not a copy. */
    char[] open() {
        if (closed) {
            throw new IllegalStateException("the secret is closed");
        }
        return chars;
    }

    @Override
    public void close() {
        closed = true;
        Arrays.fill(chars, '\0');
    }

    @Override
    public String toString() {
        return "Secret[hidden]";
    }
}
