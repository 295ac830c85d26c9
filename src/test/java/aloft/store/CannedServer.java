package aloft.store;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A server on the loopback that gives one and the same answer to everything, but a token to who asks for one.
 */
final class CannedServer implements Closeable {

    private static final String TOKEN = "{\"access_token\":\"t\",\"token_type\":\"bearer\",\"expires_in\":14400}";

    private final ServerSocket socket;
    private volatile Answer answer = new Answer(200, "", new byte[0], true);

    /** @param tokens whether tokens are given */
    record Answer(int status, String headers, byte[] body, boolean tokens) {

        /** Whether the answer's own headers tell how long it is; then its end must show. */
        boolean isOfUnknownLength() {
            String lower = headers.toLowerCase(Locale.ROOT);
            return lower.contains("content-length") || lower.contains("encoding") || lower.contains("\n\n");
        }
    }

    CannedServer() throws IOException {
        socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/";
    }

    void answer(Answer next) {
        answer = next;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client) {
            var in = new BufferedInputStream(client.getInputStream());
            var out = new BufferedOutputStream(client.getOutputStream());
            boolean more = true;
            while (more) {
                String head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                in.skipNBytes(length(head));
                more = answer(head, out);
                out.flush();
            }
        } catch (IOException e) {
            // the client has had enough
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            head.append((char) c);
            if (c == '\n' && head.length() > 3 && head.charAt(head.length() - 3) == '\n') {
                return head.toString();
            }
        }
        return "";
    }

    private static long length(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    private boolean answer(String head, OutputStream out) throws IOException {
        Answer now = answer;
        if (now.tokens() && head.startsWith("POST")
                && head.lines().findFirst().orElse("").contains("token ")) {
            now = new Answer(200, "", TOKEN.getBytes(StandardCharsets.UTF_8), true);
        }
        boolean unknown = now.isOfUnknownLength();
        boolean empty = head.startsWith("HEAD") || now.status() == 204 || now.status() == 304;
        String first = "HTTP/1.1 " + now.status() + " Canned\r\n" + now.headers();
        out.write(first.getBytes(StandardCharsets.ISO_8859_1));
        if (unknown) {
            out.write("Connection: close\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        } else {
            int length = empty ? 0 : now.body().length;
            out.write(("Content-Length: " + length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        if (!empty) {
            out.write(now.body());
        }
        return !unknown;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
