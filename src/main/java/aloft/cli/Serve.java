package aloft.cli;

import aloft.cli.home.Exit;
import aloft.cli.home.PrivateFiles;
import aloft.cli.home.Problem;
import aloft.server.CloudServer;
import aloft.server.Config;
import aloft.server.Login;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Is the cloud for other devices. */
@Command(name = "serve", description = {
        "Be the cloud for your other devices: serve a folder over WebDAV until stopped.",
        "It sees and stores nothing but encrypted bytes."}, footer = {"",
                "On the other device: aloft create https://USER@HOST:PORT/ (once), then aloft mount.",
                "Without --cert the way is not encrypted: use it in a network you trust, or behind a TLS proxy."})
final class Serve implements Callable<Integer> {

    private static final int PORT = 8420;

    private final App app;

    @Option(names = "--address", paramLabel = "HOST:PORT", defaultValue = "0.0.0.0:"
            + PORT, description = "Where to listen; by default ${DEFAULT-VALUE}, which other devices reach.")
    private String address = "0.0.0.0:" + PORT;

    @Option(names = "--user", paramLabel = "NAME", defaultValue = "aloft", description = "Who may come in; by default ${DEFAULT-VALUE}.")
    private String user = "aloft";

    @Option(names = "--password-file", paramLabel = "FILE", description = "Read the password from this file. Without it the one of last time, or you are asked.")
    private @Nullable Path passwordFile;

    @Option(names = "--cert", paramLabel = "FILE", description = "Serve TLS with this certificate chain (PEM).")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "The key of the certificate (PEM, PKCS #8).")
    private @Nullable Path key;

    @Option(names = "--quota", paramLabel = "SIZE", description = "Take this much at most, such as 500G.")
    private @Nullable String quota;

    @Option(names = "--access-log", description = "Write a line for each request to standard output.")
    private boolean accessLog;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "The folder to serve; by default ~/.local/share/aloft/served.")
    private @Nullable Path folder;

    Serve(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        var stop = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        try (CloudServer server = CloudServer.start(config())) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stop.countDown();
                try {
                    stopped.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
            app.terminal()
                    .line("Serving " + app.folders().show(root()) + " at " + server.uri() + " for " + user
                            + ".");
            app.terminal().flush();
            stop.await();
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    private Path root() {
        return folder == null ? app.folders().data().resolve("served") : folder.toAbsolutePath().normalize();
    }

    private Config config() throws Problem, IOException {
        Config config = Config.of(root(), listenAddress()).withLogin(login());
        if ((certificate == null) != (key == null)) {
            throw new Problem(Exit.USAGE, "--cert and --key belong together.");
        } else if (certificate != null && key != null) {
            config = config.withCertificate(new Config.Certificate(certificate, key));
        }
        if (quota != null) {
            try {
                config = config.withQuota(Quantity.parseBytes(quota));
            } catch (IllegalArgumentException e) {
                throw new Problem(Exit.USAGE, "--quota: " + e.getMessage() + ".", e);
            }
        }
        return accessLog
                ? config.withAccessLog(access -> {
                    app.terminal().line(access.line());
                    app.terminal().flush();
                })
                : config;
    }

    private InetSocketAddress listenAddress() throws Problem {
        int colon = address.lastIndexOf(':');
        String port = address.substring(colon + 1);
        if (colon < 0 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 0xffff) {
            throw new Problem(Exit.USAGE,
                    "'" + address + "' is no address such as 192.168.1.5:" + PORT + ".");
        }
        var socket = new InetSocketAddress(address.substring(0, colon), Integer.parseInt(port));
        if (socket.isUnresolved()) {
            throw new Problem(Exit.USAGE, "There is no host '" + socket.getHostString() + "' to listen at.");
        }
        return socket;
    }

    /** From the file given, else as last time, else from the user; kept as a hash. */
    private Login login() throws Problem, IOException {
        Path kept = PrivateFiles.makeFolder(app.folders().config()).resolve("serve-login");
        Optional<char[]> given = SecretOptions.read(passwordFile);
        if (given.isEmpty() && Files.exists(kept)) {
            Login login = Login.read(kept);
            if (login.user().equals(user)) {
                return login;
            }
        }
        char[] password = given.isPresent()
                ? given.get()
                : app.terminal()
                        .askHidden("Choose the password of " + user + ": ")
                        .orElseThrow(() -> new Problem(
                                Exit.USAGE, "A password is needed: use --password-file FILE."));
        if (password.length == 0) {
            throw new Problem(Exit.USAGE, "The password is empty; nothing is served.");
        }
        Login login = Login.of(user, password, new SecureRandom());
        Arrays.fill(password, '\0');
        login.write(kept);
        return login;
    }
}
