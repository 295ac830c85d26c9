package aloft.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A server on a free port of the loopback, with a client. */
record Served(CloudServer server, Client client) implements AutoCloseable {

    static Served at(Path root) throws IOException {
        return with(config(root));
    }

    static Served with(Config config) throws IOException {
        CloudServer server = CloudServer.start(config);
        return new Served(server, new Client(server.uri()));
    }

    static Config config(Path root) {
        return Config.of(root, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
    }
}
