package aloft.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A WebDAV or S3 server that we did not write, on loopback, started by {@code scripts/servers/start}. */
public final class DavTestServer implements AutoCloseable {

    private final Process process;
    private final String url;

    private DavTestServer(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** @throws AssertionError when it is not installed or does not start */
    public static DavTestServer start(String kind) throws IOException {
        var process = new ProcessBuilder(Path.of("scripts/servers/start").toAbsolutePath().toString(), kind,
                Integer.toString(freePort())).redirectErrorStream(true).start();
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null || !line.startsWith("ready ")) {
            throw new AssertionError("no server: " + line);
        }
        return new DavTestServer(process, line.substring("ready ".length()));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Of a folder that is there; ends with '/'. */
    public String url() {
        return url;
    }

    public Credentials credentials() {
        return new Credentials("user", "pass");
    }

    /** Ends the server and waits for its end. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }
}
