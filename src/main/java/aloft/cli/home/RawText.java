package aloft.cli.home;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text that keeps every byte: UTF-8 as it reads, and each byte that is not UTF-8 as a lone surrogate from
 * U+DC80 to U+DCFF, which no UTF-8 gives. File names on Linux are bytes; this lets them be typed, compared
 * and printed as text without losing any.
 */
public final class RawText {

    private static final int ESCAPE = 0xDC00;

    private RawText() {}

    public static String decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE + (in.get() & 0xFF)));
            }
            decoder.reset();
        }
    }

    public static byte[] encode(String text) {
        var out = new ByteArrayOutputStream(text.length() + 16);
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                out.writeBytes(text.substring(from, i).getBytes(StandardCharsets.UTF_8));
                out.write(text.charAt(i) - ESCAPE);
                from = i + 1;
            }
        }
        out.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /** From one char for each byte, as the drive has its paths. */
    public static String ofRaw(String raw) {
        return decode(raw.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** To one char for each byte, as the drive has its paths. */
    public static String toRaw(String text) {
        return new String(encode(text), StandardCharsets.ISO_8859_1);
    }

    /** Whether it is plain UTF-8, so that java.nio can name such a file. */
    public static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The arguments of this process with every byte, which the JVM loses where they are not text.
     *
     * @param seen the arguments as main got them
     */
    public static String[] arguments(String[] seen) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc/self/cmdline"));
            String[] all = new String(line, StandardCharsets.ISO_8859_1).split("\0", -1);
            int end = all.length - 1;
            if (end < seen.length) {
                return seen;
            }
            String[] arguments = new String[seen.length];
            for (int i = 0; i < seen.length; i++) {
                arguments[i] = ofRaw(all[end - seen.length + i]);
            }
            return arguments;
        } catch (IOException e) {
            return seen;
        }
    }

    private static boolean isEscape(String text, int at) {
        char c = text.charAt(at);
        return c >= ESCAPE + 0x80 && c <= ESCAPE + 0xFF
                && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
