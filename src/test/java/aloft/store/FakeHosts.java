package aloft.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A proxy (RFC 9110, 9.3.6) that leads every connection, to whatever host, to one server on this computer,
 * and ends its encryption.
 */
final class FakeHosts implements Closeable {

    private static final char[] PASSWORD = "password".toCharArray();
    private static final int MAX_HEAD = 8192;

    private final ServerSocket listener;
    private final SSLContext keys;
    private final int target;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** @param target port of the server, in plain HTTP */
    FakeHosts(int port, Path keystore, int target) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keystore)) {
            store.load(in, PASSWORD);
        }
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD);
        keys = SSLContext.getInstance("TLS");
        keys.init(managers.getKeyManagers(), null, null);
        this.target = target;
        listener = new ServerSocket(port, 64, InetAddress.getLoopbackAddress());
        threads.execute(this::listen);
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                threads.execute(() -> lead(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void lead(Socket socket) {
        try (socket; Socket far = new Socket(InetAddress.getLoopbackAddress(), target)) {
            if (!head(socket.getInputStream()).startsWith("CONNECT ")) {
                return;
            }
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            try (Socket near = keys.getSocketFactory()
                    .createSocket(socket, new ByteArrayInputStream(new byte[0]), true)) {
                threads.execute(() -> pass(far, near));
                pass(near, far);
            }
        } catch (IOException e) {
            // the connection is over
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (head.size() < MAX_HEAD && !head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            head.write(in.read());
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** Until one side ends; then both do. */
    private static void pass(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // the connection is over
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
