package aloft.server;

import aloft.failure.Failure;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.MinimumDataRateHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * The embedded cloud: objects below a folder, over WebDAV (RFC 4918, classes 1 and 2). A put is atomic and durable
 * when it is answered; {@code If-None-Match: *} lets exactly one writer make an object, also among several
 * processes that serve the same folder. Thread safe.
 *
 * <p>
 * Every answer to OPTIONS has {@code Aloft-Server: 1}, also one that asks for a password: puts are atomic here
 * and {@code Prefer: wait=SECONDS} on a GET is heeded.
 */
public final class CloudServer implements Closeable {

    private static final int MAX_CONNECTIONS = 1024;
    private static final int MAX_BACKLOG = 256;
    private static final int MAX_HEADER = 16 * 1024;
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration LOOK_FOR_CERTIFICATE = Duration.ofMinutes(10);
    private static final Duration STOP = Duration.ofSeconds(10);
    /** Bytes in a second; slower senders are cut off. */
    private static final int MIN_RATE = 100;
    private static final int MAX_POOLED_BUFFER = 64 * 1024;
    private static final long MAX_POOLED = 16L << 20;

    /** Kept here, or its level would be forgotten. */
    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

    static {
        if (JETTY.getLevel() == null) {
            JETTY.setLevel(Level.WARNING); // it tells of each start and stop
        }
    }

    private final Server server;
    private final ServerConnector connector;
    private final ExecutorService requests;
    private final Cloud cloud;
    private final Config config;

    private CloudServer(Server server, ServerConnector connector, ExecutorService requests, Cloud cloud,
            Config config) {
        this.server = server;
        this.connector = connector;
        this.requests = requests;
        this.cloud = cloud;
        this.config = config;
    }

    /**
     * Returns when it answers.
     *
     * @throws Failure.Refused when the address is taken, the folder or the certificate cannot be used, or an address
     *         that others reach is to be served without a login
     */
    public static CloudServer start(Config config) throws IOException {
        if (config.address().isUnresolved()) {
            throw new Failure.Refused("There is no address " + config.address().getHostString() + ".", null);
        }
        if (config.login() == null && !isLoopback(config.address())) {
            throw new Failure.Refused("Without a password only this computer may be served; give one.", null);
        }
        Cloud cloud = open(config.root(), config.quota());
        try {
            return start(config, cloud);
        } catch (IOException | RuntimeException e) {
            cloud.disk().scratch().close();
            throw e;
        }
    }

    private static CloudServer start(Config config, Cloud cloud) throws IOException {
        var certificate = config.certificate();
        Tls tls = certificate == null ? null : new Tls(certificate);
        ExecutorService requests = Executors
                .newThreadPerTaskExecutor(Thread.ofVirtual().name("cloud-request-", 0).factory());
        Server server = server(requests);
        ServerConnector connector = connector(server, config, tls);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
        server.setHandler(new GracefulHandler(
                new MinimumDataRateHandler(new DavHandler(methods(cloud), config.login()), MIN_RATE, 0)));
        var log = config.accessLog();
        if (log != null) {
            server.setRequestLog((request, response) -> log.accept(Access.of(request, response)));
        }
        var started = new CloudServer(server, connector, requests, cloud, config);
        try {
            server.start();
        } catch (Exception e) {
            started.close();
            throw failure(config, e);
        }
        if (tls != null) {
            started.watch(tls);
        }
        return started;
    }

    private static Server server(ExecutorService requests) {
        // holds a task or two for each connection; the default one asks JMX for the size of a cache line,
        // which takes half of the start
        var tasks = new LinkedBlockingQueue<Runnable>();
        var threads = new QueuedThreadPool(8, 2, (int) IDLE.toMillis(), tasks);
        threads.setName("cloud");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        threads.setVirtualThreadsExecutor(requests);
        var buffers = new ArrayByteBufferPool(0, 4096, MAX_POOLED_BUFFER, 64, MAX_POOLED, MAX_POOLED);
        var server = new Server(threads, null, buffers);
        server.setErrorHandler(plainErrors());
        server.setStopTimeout(STOP.toMillis());
        return server;
    }

    private void watch(Tls tls) {
        server.getScheduler().schedule(() -> {
            tls.refresh();
            watch(tls);
        }, LOOK_FOR_CERTIFICATE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Where clients on this computer reach it. */
    public URI uri() {
        InetAddress address = config.address().getAddress();
        String host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
        String literal = host.contains(":") ? "[" + host + "]" : host;
        return URI.create(
                (config.certificate() == null ? "http" : "https") + "://" + literal + ":" + port() + "/");
    }

    public int port() {
        return connector.getLocalPort();
    }

    /** Lets requests end for some seconds, then cuts them off. */
    @Override
    public void close() throws IOException {
        cloud.waiters().close();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("The server did not stop well.", e);
        } finally {
            requests.shutdownNow();
            cloud.disk().scratch().close();
        }
    }

    private static Cloud open(Path root, long quota) throws IOException {
        Path real;
        Scratch scratch;
        try {
            Private.folders(root);
            real = root.toRealPath();
            scratch = Scratch.open(real);
        } catch (FileSystemException e) {
            throw new Failure.Refused("The folder " + root + " cannot be served: " + reason(e) + ".", e);
        }
        return new Cloud(new Disk(real, scratch, InstantSource.system()), new PathLocks(),
                new Space(real, quota),
                new Waiters(System::nanoTime), new LockTable(System::nanoTime), new DeadProperties(scratch));
    }

    private static String reason(FileSystemException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied";
            case FileAlreadyExistsException exists -> "it is not a folder";
            default -> e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
        };
    }

    private static Map<String, Method> methods(Cloud cloud) {
        var get = new GetMethod(cloud);
        return Map.ofEntries(Map.entry("GET", get), Map.entry("HEAD", get),
                Map.entry("PUT", new PutMethod(cloud)),
                Map.entry("DELETE", new DeleteMethod(cloud)), Map.entry("MKCOL", new MkcolMethod(cloud)),
                Map.entry("COPY", new CopyMethod(cloud)), Map.entry("MOVE", new MoveMethod(cloud)),
                Map.entry("PROPFIND", new PropfindMethod(cloud)),
                Map.entry("PROPPATCH", new ProppatchMethod(cloud)),
                Map.entry("LOCK", new LockMethod(cloud)), Map.entry("UNLOCK", new UnlockMethod(cloud)));
    }

    private static ServerConnector connector(Server server, Config config, @Nullable Tls tls) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MAX_HEADER);
        http.setInputBufferSize(64 * 1024);
        // DavPath takes paths apart by itself, more strictly
        http.setUriCompliance(UriCompliance.UNSAFE);
        var plain = new HttpConnectionFactory(http);
        var connector = new ServerConnector(server, null, null, null, 1, 1, plain);
        if (tls != null) {
            // browsers alone need the name checked, and a household's server is reached by its address too
            http.addCustomizer(new SecureRequestCustomizer(false));
            connector.addFirstConnectionFactory(new SslConnectionFactory(tls.factory(), plain.getProtocol()));
        }
        connector.setHost(config.address().getAddress().getHostAddress());
        connector.setPort(config.address().getPort());
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setAcceptQueueSize(MAX_BACKLOG);
        return connector;
    }

    private static ErrorHandler plainErrors() {
        var errors = new ErrorHandler();
        errors.setShowStacks(false);
        errors.setShowCauses(false);
        return errors;
    }

    private static Failure.Refused failure(Config config, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return new Failure.Refused(
                        config.address() + " is in use or not an address of this computer.", e);
            }
        }
        return new Failure.Refused("The server does not start: " + e.getMessage(), e);
    }

    private static boolean isLoopback(InetSocketAddress address) {
        return address.getAddress().isLoopbackAddress();
    }
}
