package aloft.cli.drive;

import aloft.cli.home.Folders;
import aloft.cli.home.PrivateFiles;
import aloft.failure.Failure;
import aloft.server.CloudServer;
import aloft.server.Config;
import aloft.server.Login;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The cloud on this computer for drives that name no other. Of the processes that need it one serves it, on a
 * port of the loopback and with a password that are kept; the others use it, and one of them takes over when
 * that one ends.
 */
public final class EmbeddedCloud implements Closeable {

    /** The user of the embedded cloud. */
    public static final String USER = "aloft";

    private static final System.Logger LOG = System.getLogger(EmbeddedCloud.class.getName());
    private static final int PASSWORD_BYTES = 32;
    private static final int MAX_BYTES = 1024;
    private static final Pattern KEPT = Pattern.compile("(\\d{1,5}) ([0-9a-f]{64})\\s*");

    private final Path folder;
    private final FileChannel lock;
    private final String password;
    private int port;

    @GuardedBy("this")
    private @Nullable CloudServer server;
    @GuardedBy("this")
    private boolean closed;

    private EmbeddedCloud(Path folder, FileChannel lock, String password, int port) {
        this.folder = folder;
        this.lock = lock;
        this.password = password;
        this.port = port;
    }

    /** Serves the cloud, or finds who does. */
    public static EmbeddedCloud open(Folders folders, SecureRandom random) throws IOException {
        PrivateFiles.makeFolder(folders.data());
        FileChannel lock = FileChannel.open(folders.data().resolve("cloud.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        try {
            return open(folders, lock, random);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static EmbeddedCloud open(Folders folders, FileChannel lock, SecureRandom random)
            throws IOException {
        FileLock held = tryLock(lock);
        Path access = folders.data().resolve("cloud.access");
        Matcher kept = KEPT.matcher(new String(PrivateFiles.read(access, MAX_BYTES).orElse(new byte[0]),
                StandardCharsets.US_ASCII));
        boolean known = kept.matches();
        int knownPort = known ? Integer.parseInt(kept.group(1)) : 0;
        var cloud = new EmbeddedCloud(folders.cloud(), lock, known ? kept.group(2) : makePassword(random),
                knownPort);
        if (held == null) {
            if (!known) {
                throw new Failure.Busy("The embedded cloud is being made by another drive; try again.",
                        Duration.ofSeconds(1));
            }
            Thread.ofPlatform().daemon().name("cloud-heir").start(cloud::takeOver);
            return cloud;
        }
        cloud.serve();
        if (cloud.port != knownPort) {
            PrivateFiles.write(access,
                    (cloud.port + " " + cloud.password + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        return cloud;
    }

    /** Whether a vault lies in it. */
    public static boolean hasVault(Folders folders) {
        return Files.exists(folders.cloud().resolve("vault.json"));
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /** The caller wipes it. */
    public char[] password() {
        return password.toCharArray();
    }

    @Override
    public void close() throws IOException {
        CloudServer running;
        synchronized (this) {
            closed = true;
            running = server;
        }
        try (lock) {
            if (running != null) {
                running.close();
            }
        }
    }

    private void serve() throws IOException {
        try {
            start(port);
        } catch (Failure.Refused e) {
            if (port == 0) {
                throw e;
            }
            LOG.log(System.Logger.Level.INFO, "another program has taken port {0,number,#}", port);
            start(0);
        }
    }

    private void start(int wish) throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            Login login = Login.ofRandom(USER, password.toCharArray(), new SecureRandom());
            CloudServer started = CloudServer.start(Config
                    .of(folder, new InetSocketAddress(InetAddress.getLoopbackAddress(), wish))
                    .withLogin(login));
            server = started;
            port = started.port();
        }
    }

    /** Waits for the end of the process that serves, and serves in its place. */
    private void takeOver() {
        try {
            lock.lock();
            start(port);
        } catch (IOException | OverlappingFileLockException e) {
            LOG.log(System.Logger.Level.DEBUG, "did not take the embedded cloud over", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel lock) throws IOException {
        try {
            return lock.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String makePassword(SecureRandom random) {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
