package aloft.server;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Requests as no HTTP client would send them. */
final class RawRequest {

    private RawRequest() {}

    /** Sends the text, with CRLF in place of each newline, and returns all that comes until the server closes. */
    static String send(URI server, String text) throws IOException {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** The status of a request with a path just as given. */
    static int status(URI server, String method, String path, String... headerLines) throws IOException {
        String answer = send(server, method + " " + path + " HTTP/1.1\nHost: x\nConnection: close\n"
                + String.join("", java.util.Arrays.stream(headerLines).map(line -> line + "\n").toList())
                + "Content-Length: 0\n\n");
        return Integer.parseInt(answer.substring(9, 12));
    }
}
