package aloft.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes damaged copies of bytes, by chance from a seed; some of them look like JSON that somebody edited. */
public final class Mutator {

    static final List<String> TOKENS = List.of("{", "}", "[", "]", "\"", ":", ",", "\n", "null",
            "true",
            "0", "-1", "1.5", "1e400", "9223372036854775807", "9223372036854775808", "18446744073709551615",
            "99999999999999999999999", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "\"op\":", "\"n\"", "\"b\"",
            "\"gc\"", "\"dev\"", "\"zz\"", "\"n\":\"..\"", "\"h\":\"AAAA\"", "\"xa\":{", "{\"op\":\"n\"}\n",
            "\"p\":1", "\"t\":\"l\"", "\"bs\":99", "[[[[[[[[[[[[[[[[[[[[", "\\", "\uFFFF", "\"o\":\"00\"",
            "<",
            "</", "/>", "<!", "<?", "&lt;", "&#0;", "&x;", "%", "%zz", "..", "//", "\r\n", "\r\n\r\n",
            "xmlns=\"\"",
            "\u0000\u0000\u0000\u0000", "\u007f\u00ff");

    private final Random random;

    public Mutator(long seed) {
        this.random = new Random(seed);
    }

    public byte[] mutate(byte[] bytes) {
        byte[] mutant = bytes;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            mutant = mutateOnce(mutant);
        }
        return mutant;
    }

    private byte[] mutateOnce(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int end = Math.min(bytes.length, at + 1 + random.nextInt(12));
        return switch (random.nextInt(9)) {
            case 0 -> splice(bytes, at, at, token());
            case 1 -> splice(bytes, at, end, token());
            case 2 -> splice(bytes, at, end, new byte[0]);
            case 3 -> splice(bytes, at, bytes.length, new byte[0]);
            case 4 -> splice(bytes, at, at, slice(bytes));
            case 5 -> splice(bytes, at, Math.min(bytes.length, at + 1), new byte[]{(byte) random.nextInt()});
            case 6 -> splice(bytes, at, Math.min(bytes.length, at + 4), number());
            case 7 -> splice(bytes, at, Math.min(bytes.length, at + random.nextInt(100)), slice(bytes));
            default -> flip(bytes);
        };
    }

    private byte[] token() {
        return TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8);
    }

    /** Of four bytes, at the edge of something. */
    private byte[] number() {
        int edge = 1 << random.nextInt(32);
        return ByteBuffer.allocate(4).putInt(edge - random.nextInt(3) + 1).array();
    }

    private byte[] slice(byte[] bytes) {
        int from = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + random.nextInt(200));
        return Arrays.copyOfRange(bytes, from, to);
    }

    private byte[] flip(byte[] bytes) {
        byte[] mutant = bytes.clone();
        if (mutant.length > 0) {
            mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return mutant;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] with) {
        var out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(with);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }
}
