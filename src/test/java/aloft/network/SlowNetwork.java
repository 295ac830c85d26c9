package aloft.network;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP proxy on the loopback that behaves like a line to a server far away: a round trip takes its time, a
 * connection one more to be made, and all connections together get so many bytes in a second each way. It can
 * stall, go down, or break connections on command; {@link SlowNetworkProgram} takes the commands from elsewhere.
 * Thread safe.
 */
public final class SlowNetwork implements Closeable {

    /** Bytes on the way at once within one connection and direction: 64 pieces, more than 50 ms of 100 Mbit/s. */
    private static final int PIECE = 16 * 1024;
    private static final int MAX_PIECES = 64;
    private static final int SOCKET_BUFFER = 128 * 1024;
    /** How far ahead the line takes bytes: what a router keeps in its buffer. */
    private static final long BACKLOG = Duration.ofMillis(20).toNanos();
    private static final long NEVER = Long.MAX_VALUE;

    /** What the network does with bytes. */
    public enum Weather {
        /** Carries them. */
        UP,
        /** Holds them, as when a cable is pulled: nothing moves, nothing fails. They go on after UP. */
        STALLED,
        /** Resets all connections, and new ones as they come. */
        DOWN
    }

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final long oneWay;
    private final Line up;
    private final Line down;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private volatile Weather weather = Weather.UP;

    private SlowNetwork(ServerSocket listener, InetSocketAddress target, Duration roundTrip,
            long bytesPerSecond) {
        this.listener = listener;
        this.target = target;
        this.oneWay = roundTrip.toNanos() / 2;
        this.up = new Line(bytesPerSecond);
        this.down = new Line(bytesPerSecond);
    }

    /** @param bytesPerSecond each way */
    public static SlowNetwork start(InetSocketAddress target, Duration roundTrip, long bytesPerSecond)
            throws IOException {
        return start(0, target, roundTrip, bytesPerSecond);
    }

    static SlowNetwork start(int port, InetSocketAddress target, Duration roundTrip,
            long bytesPerSecond) throws IOException {
        var listener = new ServerSocket();
        listener.setReceiveBufferSize(SOCKET_BUFFER);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
        var network = new SlowNetwork(listener, target, roundTrip, bytesPerSecond);
        Thread.ofVirtual().name("network-accept").start(network::accept);
        return network;
    }

    /** Where clients connect to. */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    public void set(Weather now) {
        synchronized (this) {
            weather = now;
            notifyAll();
        }
        if (now == Weather.DOWN) {
            breakAll();
        }
    }

    /** Resets all connections; new ones are carried as before. */
    public void breakAll() {
        connections.forEach(Connection::reset);
    }

    /** Resets the connection that carries the byte after so many from the servers to the clients; once. */
    public void breakDownloadsAfter(long bytes) {
        down.breakAfter(bytes);
    }

    /** Resets the connection that carries the byte after so many from the clients to the servers; once. */
    public void breakUploadsAfter(long bytes) {
        up.breakAfter(bytes);
    }

    /** Bytes from clients to servers so far. */
    public long uploaded() {
        return up.carried.get();
    }

    /** Bytes from servers to clients so far. */
    public long downloaded() {
        return down.carried.get();
    }

    /** Connections made so far. */
    public long connections() {
        return made.get();
    }

    /** Requests of HTTP/1.1 in the clear so far: what clients sent that looks like the begin of one. */
    public long requests() {
        return requests.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        set(Weather.DOWN);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (weather == Weather.DOWN) {
                    reset(client);
                } else {
                    made.incrementAndGet();
                    Thread.ofVirtual().name("network-connect").start(() -> connect(client));
                }
            } catch (IOException e) {
                // closed, or the client has gone already
            }
        }
    }

    private void connect(Socket client) {
        var server = new Socket();
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.setReceiveBufferSize(SOCKET_BUFFER);
            server.connect(target);
        } catch (IOException e) {
            reset(client);
            reset(server);
            return;
        }
        var connection = new Connection(client, server);
        connections.add(connection);
        connection.threads.forEach(Thread::start);
        if (weather == Weather.DOWN) {
            connection.reset();
        }
    }

    private synchronized void awaitEndOfStall() throws InterruptedException {
        while (weather == Weather.STALLED) {
            wait();
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is gone already
        }
    }

    /** One direction of the network, shared by all connections: bytes go one after the other. */
    private static final class Line {
        private final long bytesPerSecond;
        private final ReentrantLock turn = new ReentrantLock(true);
        private final AtomicLong carried = new AtomicLong();
        private final AtomicLong breakAt = new AtomicLong(NEVER);
        private long free = System.nanoTime();

        Line(long bytesPerSecond) {
            this.bytesPerSecond = bytesPerSecond;
        }

        /** Waits until the line takes the bytes, and returns when the last of them will have entered it. */
        long enter(int bytes) throws InterruptedException {
            turn.lock();
            try {
                waitUntil(free - BACKLOG);
                free = Math.max(free, System.nanoTime()) + (long) (bytes * 1e9 / bytesPerSecond);
                return free;
            } finally {
                turn.unlock();
            }
        }

        void breakAfter(long bytes) {
            breakAt.set(carried.get() + bytes);
        }

        /** How many of the bytes get through before the connection breaks; all of them as a rule. */
        int carry(int bytes) {
            long before = carried.getAndAdd(bytes);
            long limit = breakAt.get();
            boolean breaks = before + bytes > limit && breakAt.compareAndSet(limit, NEVER);
            return breaks ? (int) Math.max(0, limit - before) : bytes;
        }
    }

    /** Bytes on their way. An empty piece ends the direction. */
    private record Piece(byte[] bytes, long arrival) {}

    private final class Connection {
        private final Socket client;
        private final Socket server;
        private final AtomicLong openWays = new AtomicLong(2);
        private final List<Thread> threads = new CopyOnWriteArrayList<>();

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
            // the first bytes cannot be sent before the answer to the first packet
            carry(client, server, up, 2 * oneWay);
            carry(server, client, down, 0);
        }

        private void carry(Socket from, Socket to, Line line, long handshake) {
            var pieces = new LinkedBlockingQueue<Piece>(MAX_PIECES);
            long begin = System.nanoTime() + handshake;
            threads.add(thread("network-read", () -> read(from, pieces, line, begin)));
            threads.add(thread("network-write", () -> write(to, pieces, line)));
        }

        private Thread thread(String name, Step step) {
            return Thread.ofVirtual().name(name).unstarted(() -> {
                try {
                    step.run();
                } catch (IOException | InterruptedException e) {
                    reset();
                }
            });
        }

        private void read(Socket from, BlockingQueue<Piece> pieces, Line line, long begin)
                throws IOException, InterruptedException {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[PIECE];
            while (true) {
                int length = in.read(buffer);
                awaitEndOfStall();
                byte[] bytes = Arrays.copyOf(buffer, Math.max(length, 0));
                if (line == up && beginsRequest(bytes)) {
                    requests.incrementAndGet();
                }
                long entered = Math.max(line.enter(bytes.length), begin);
                pieces.put(new Piece(bytes, entered + oneWay));
                if (length < 0) {
                    return;
                }
            }
        }

        private static boolean beginsRequest(byte[] bytes) {
            int at = 0;
            while (at < bytes.length && bytes[at] >= 'A' && bytes[at] <= 'Z') {
                at++;
            }
            return at > 2 && at + 1 < bytes.length && bytes[at] == ' ' && bytes[at + 1] == '/';
        }

        private void write(Socket to, BlockingQueue<Piece> pieces, Line line)
                throws IOException, InterruptedException {
            while (true) {
                Piece piece = pieces.take();
                waitUntil(piece.arrival());
                awaitEndOfStall();
                int length = piece.bytes().length;
                if (length == 0) {
                    break;
                }
                int carried = line.carry(length);
                to.getOutputStream().write(piece.bytes(), 0, carried);
                if (carried < length) {
                    reset();
                    return;
                }
            }
            to.shutdownOutput();
            if (openWays.decrementAndGet() == 0) {
                connections.remove(this);
                client.close();
                server.close();
            }
        }

        void reset() {
            connections.remove(this);
            SlowNetwork.reset(client);
            SlowNetwork.reset(server);
            threads.forEach(Thread::interrupt);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static void waitUntil(long nanoTime) throws InterruptedException {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(left);
        }
    }
}
