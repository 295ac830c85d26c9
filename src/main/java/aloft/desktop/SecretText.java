package aloft.desktop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Secrets as bytes of files and pipes: UTF-8, one trailing newline does not count. */
public final class SecretText {

    /** The longest secret in a file or from a pipe. */
    public static final int MAX_BYTES = 4096;

    private SecretText() {}

    /** @return chars that the caller wipes; the bytes stay as they are */
    public static char[] decode(byte[] bytes) throws IOException {
        if (bytes.length > MAX_BYTES) {
            throw new IOException(
                    "A secret is at most " + MAX_BYTES + " bytes long; is this the right file?");
        }
        int length = bytes.length;
        if (length > 0 && bytes[length - 1] == '\n') {
            length--;
        }
        if (length > 0 && length < bytes.length && bytes[length - 1] == '\r') {
            length--;
        }
        try {
            CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
            char[] text = new char[chars.remaining()];
            chars.get(text);
            Arrays.fill(chars.array(), '\0');
            return text;
        } catch (CharacterCodingException e) {
            throw new IOException("A secret must be text in UTF-8; is this the right file?", e);
        }
    }

    /** @return bytes that the caller wipes */
    public static byte[] encode(char[] secret) {
        ByteBuffer buffer = ByteBuffer.allocate(3 * secret.length);
        StandardCharsets.UTF_8.newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(secret), buffer, true);
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        Arrays.fill(buffer.array(), (byte) 0);
        return bytes;
    }
}
