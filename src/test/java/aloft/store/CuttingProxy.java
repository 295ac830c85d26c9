package aloft.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire to a server on loopback that breaks again and again, at random places in both directions. */
final class CuttingProxy implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final int port;
    private final Random random;
    private final int longest;

    /** @param longest how many bytes pass in one direction at most before a connection breaks */
    CuttingProxy(int port, Random random, int longest) throws IOException {
        this.port = port;
        this.random = random;
        this.longest = longest;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                var server = new Socket();
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                sockets.add(client);
                sockets.add(server);
                int up = upTo();
                int down = upTo();
                Thread.ofVirtual().start(() -> pass(client, server, up));
                Thread.ofVirtual().start(() -> pass(server, client, down));
            } catch (IOException e) {
                // closed, or the server takes no more
            }
        }
    }

    private synchronized int upTo() {
        return random.nextInt(longest);
    }

    private void pass(Socket from, Socket to, int most) {
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            int left = most;
            for (int n = in.read(buffer); n >= 0 && left > 0; n = in.read(buffer)) {
                out.write(buffer, 0, Math.min(n, left));
                left -= n;
            }
        } catch (IOException e) {
            // the other direction ended it
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
