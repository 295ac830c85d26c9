package aloft.format;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The name of an entry in a folder: 1 to 255 bytes, any but '/' and NUL, not "." or "..".
 *
 * <p>
 * Linux names are bytes, not text. They are held as a string with one char (0 to 255) for each byte,
 * which the JVM stores in one byte each. Ordered by bytes.
 */
public final class Name implements Comparable<Name> {

    public static final int MAX_BYTES = 255;

    private final String raw;

    private Name(String raw) {
        if (!isValid(raw)) {
            throw new IllegalArgumentException("not a file name");
        }
        this.raw = raw;
    }

    /** The name whose UTF-8 bytes are those of the text. */
    public static Name of(String text) {
        return ofBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Name ofBytes(byte[] bytes) {
        return new Name(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** @param raw one char from 0 to 255 for each byte */
    public static Name ofRaw(String raw) {
        return new Name(raw);
    }

    /** Whether {@link #ofRaw} takes it. */
    public static boolean isValid(String raw) {
        if (raw.isEmpty() || raw.length() > MAX_BYTES || raw.equals(".") || raw.equals("..")) {
            return false;
        }
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '/' || c == 0 || c > 255) {
                return false;
            }
        }
        return true;
    }

    /** One char from 0 to 255 for each byte. */
    public String raw() {
        return raw;
    }

    public byte[] bytes() {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    public boolean isUtf8() {
        try {
            strictText();
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** The name as text; bytes that are not UTF-8 show as U+FFFD. */
    @Override
    public String toString() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    private CharBuffer strictText() throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes()));
    }

    @Override
    public int compareTo(Name other) {
        return raw.compareTo(other.raw);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Name name && raw.equals(name.raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }
}
