package aloft.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SlowNetworkTest {

    private static final Duration ROUND_TRIP = Duration.ofMillis(50);
    private static final long RATE = 12_500_000;

    private ServerSocket server;
    private SlowNetwork network;

    /** Sends back what it gets. */
    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> echo(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        network = SlowNetwork.start(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()),
                ROUND_TRIP,
                RATE);
    }

    @AfterEach
    void stop() throws IOException {
        network.close();
        server.close();
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            // the network broke it
        }
    }

    private Socket connect() throws IOException {
        return new Socket(network.address().getAddress(), network.address().getPort());
    }

    private static int roundTrip(Socket socket) throws IOException {
        socket.getOutputStream().write(7);
        return socket.getInputStream().read();
    }

    @Test
    void aRoundTripTakesItsTime() throws IOException {
        long begin = System.nanoTime();
        try (var socket = connect()) {
            assertThat(roundTrip(socket)).isEqualTo(7);
            long first = System.nanoTime();
            assertThat(Duration.ofNanos(first - begin)).isGreaterThanOrEqualTo(ROUND_TRIP.multipliedBy(2));
            assertThat(roundTrip(socket)).isEqualTo(7);
            assertThat(Duration.ofNanos(System.nanoTime() - first)).isGreaterThanOrEqualTo(ROUND_TRIP);
        }
    }

    @Test
    void allConnectionsShareTheLine() throws Exception {
        byte[] sent = new byte[2_000_000];
        new Random(1).nextBytes(sent);
        long begin = System.nanoTime();
        try (var one = connect(); var other = connect()) {
            var writers = new Thread[2];
            var sockets = new Socket[]{one, other};
            for (int i = 0; i < 2; i++) {
                Socket socket = sockets[i];
                writers[i] = Thread.ofVirtual().start(() -> send(socket, sent));
            }
            assertThat(one.getInputStream().readAllBytes()).isEqualTo(sent);
            assertThat(other.getInputStream().readAllBytes()).isEqualTo(sent);
        }
        var least = Duration.ofMillis(2L * sent.length * 1000 / RATE);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(least);
        assertThat(network.uploaded()).isEqualTo(2L * sent.length);
        assertThat(network.downloaded()).isEqualTo(2L * sent.length);
        assertThat(network.connections()).isEqualTo(2);
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStallHoldsAndThenGoesOn() throws IOException {
        try (var socket = connect()) {
            roundTrip(socket);
            network.set(SlowNetwork.Weather.STALLED);
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> roundTrip(socket)).isInstanceOf(SocketTimeoutException.class);
            network.set(SlowNetwork.Weather.UP);
            socket.setSoTimeout(30_000);
            assertThat(socket.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void downIsDownUntilUp() throws IOException {
        try (var socket = connect()) {
            roundTrip(socket);
            network.set(SlowNetwork.Weather.DOWN);
            assertThatThrownBy(() -> roundTrip(socket)).isInstanceOf(SocketException.class);
        }
        assertThatThrownBy(() -> {
            try (var socket = connect()) {
                roundTrip(socket);
                throw new SocketException("not even with " + roundTrip(socket));
            }
        }).isInstanceOf(SocketException.class).hasMessageNotContaining("not even");
        network.set(SlowNetwork.Weather.UP);
        try (var socket = connect()) {
            assertThat(roundTrip(socket)).isEqualTo(7);
        }
    }

    @Test
    void aBreakHitsWhatIsThere() throws IOException {
        try (var socket = connect()) {
            roundTrip(socket);
            network.breakAll();
            assertThatThrownBy(() -> roundTrip(socket)).isInstanceOf(SocketException.class);
        }
        try (var socket = connect()) {
            assertThat(roundTrip(socket)).isEqualTo(7);
        }
    }

    @Test
    void aBreakComesAfterAByte() throws IOException {
        network.breakDownloadsAfter(10);
        try (var socket = connect()) {
            socket.getOutputStream().write(new byte[1000]);
            assertThat(socket.getInputStream().readNBytes(10)).hasSize(10);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        try (var socket = connect()) {
            socket.getOutputStream().write(new byte[1000]);
            assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
        }
    }
}
