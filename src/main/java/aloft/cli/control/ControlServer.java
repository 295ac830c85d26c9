package aloft.cli.control;

import aloft.cli.home.Exit;
import aloft.cli.home.Problem;
import aloft.tree.Keeping;
import aloft.tree.Keeping.DriveStatus;
import aloft.tree.Keeping.PathStatus;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves the requests of commands over a Unix socket that only its owner may open: one connection, one
 * request, any number of answers. A command that goes away interrupts the work on its request.
 */
public final class ControlServer implements Closeable {

    private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());
    private static final int MAX_REQUEST = 64 * 1024;
    private static final int MAX_CONNECTIONS = 64;

    private final Path socket;
    private final Handler handler;
    private final ServerSocketChannel server;
    private final ThreadFactory threads = Thread.ofVirtual().name("control-", 0).factory();
    private final Semaphore free = new Semaphore(MAX_CONNECTIONS);

    /** Does what a request asks. */
    @FunctionalInterface
    public interface Handler {
        void handle(Request request, Answers answers) throws Exception;
    }

    private ControlServer(Path socket, Handler handler, ServerSocketChannel server) {
        this.socket = socket;
        this.handler = handler;
        this.server = server;
    }

    /** Listens at the socket, in place of one that was left behind. */
    public static ControlServer open(Path socket, Handler handler) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        var control = new ControlServer(socket, handler, server);
        control.threads.newThread(control::accept).start();
        return control;
    }

    /** Lets the requests that are being answered end within the time; after {@link #close}. */
    public void awaitIdle(Duration time) throws InterruptedException {
        if (!free.tryAcquire(MAX_CONNECTIONS, time.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.log(System.Logger.Level.WARNING, "commands were still being answered at the end");
        }
    }

    /** Takes no more requests; those that are being answered go on. */
    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                if (free.tryAcquire()) {
                    threads.newThread(() -> serve(channel)).start();
                } else {
                    channel.close();
                }
            } catch (IOException e) {
                if (server.isOpen()) {
                    LOG.log(System.Logger.Level.WARNING, "the control socket failed", e);
                }
                return;
            }
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            var lines = new Lines(channel, MAX_REQUEST);
            Map<String, @Nullable Object> line = lines.readOrNull();
            if (line != null) {
                Thread worker = threads.newThread(() -> work(line, lines));
                worker.start();
                awaitEnd(lines);
                worker.interrupt();
                worker.join();
            }
        } catch (IOException | InterruptedException e) {
            LOG.log(System.Logger.Level.DEBUG, "a command went away", e);
        } finally {
            free.release();
        }
    }

    /** Returns when the command has closed its end. */
    private static void awaitEnd(Lines lines) {
        try {
            while (lines.readOrNull() != null) {
                // one request a connection: what else comes is ignored
            }
        } catch (IOException e) {
            // the same to us
        }
    }

    private void work(Map<String, @Nullable Object> line, Lines lines) {
        try {
            try {
                handler.handle(understand(line), new Writer(lines));
                lines.write(Map.of("end", true));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            } catch (InterruptedException | ClosedByInterruptException e) {
                LOG.log(System.Logger.Level.DEBUG, "a command went away", e);
            } catch (Exception e) {
                lines.write(error(e));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a command went away", e);
        }
    }

    private static Request understand(Map<String, @Nullable Object> line) throws Problem {
        try {
            return Request.read(line);
        } catch (IllegalArgumentException e) {
            throw new Problem(Exit.USAGE, "The request cannot be answered: " + e.getMessage() + ".", e);
        }
    }

    private static Map<String, @Nullable Object> error(Exception e) {
        Outcome outcome = Outcome.of(e);
        if (!outcome.expected()) {
            LOG.log(System.Logger.Level.WARNING, "a request failed", e);
        }
        return Map.of("error",
                Map.of("code", (long) outcome.exit().code(), "message", outcome.sentence()));
    }

    /** Answers as lines; a command that went away ends the work by an UncheckedIOException. */
    private record Writer(Lines lines) implements Answers {

        @Override
        public void at(long done, long total, String item) {
            send("progress", Map.of("done", done, "total", total, "item", item));
        }

        @Override
        public void status(DriveStatus status) {
            send("status", Statuses.write(status));
        }

        @Override
        public void entry(PathStatus entry) {
            send("entry", Statuses.write(entry));
        }

        @Override
        public void fault(Keeping.Fault fault) {
            send("fault", Map.of("what", fault.what(), "healed", fault.healed()));
        }

        @Override
        public void freed(long bytes) {
            send("freed", bytes);
        }

        private void send(String kind, Object value) {
            var line = new LinkedHashMap<String, @Nullable Object>();
            line.put(kind, value);
            try {
                lines.write(line);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
