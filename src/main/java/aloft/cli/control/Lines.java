package aloft.cli.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON objects over a socket, one a line. One thread may read while others write. */
final class Lines {

    private final SocketChannel channel;
    private final int limit;
    private final byte[] buffer = new byte[8192];
    private int from;
    private int to;

    /** @param limit bytes of a line that is read */
    Lines(SocketChannel channel, int limit) {
        this.channel = channel;
        this.limit = limit;
    }

    /**
     * The next object; null at the end of the stream.
     *
     * @throws IOException also for a line that is too long or no JSON object
     */
    @Nullable
    Map<String, @Nullable Object> readOrNull() throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            if (from == to && !fill()) {
                return null;
            }
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            line.write(buffer, from, end - from);
            if (line.size() > limit) {
                throw new IOException("a line longer than " + limit + " bytes");
            }
            from = Math.min(end + 1, to);
            if (end < to) {
                return parse(line.toString(StandardCharsets.UTF_8));
            }
        }
    }

    void write(Map<String, ? extends @Nullable Object> object) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((Json.write(object) + "\n").getBytes(StandardCharsets.UTF_8));
        synchronized (this) {
            while (line.hasRemaining()) {
                channel.write(line);
            }
        }
    }

    private boolean fill() throws IOException {
        from = 0;
        to = Math.max(0, channel.read(ByteBuffer.wrap(buffer)));
        return to > 0;
    }

    private static Map<String, @Nullable Object> parse(String line) throws IOException {
        try {
            return Json.read(line);
        } catch (IllegalArgumentException e) {
            throw new IOException("a line that is no JSON object", e);
        }
    }
}
