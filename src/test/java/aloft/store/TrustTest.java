package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import aloft.failure.Failure;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate that nobody but the user vouches for. */
class TrustTest {

    @TempDir
    static Path folder;

    private final MockWebServer server = new MockWebServer();

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path keys = folder.resolve("keys.p12");
        tool("keytool", "-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=elsewhere.example",
                "-ext",
                "san=dns:elsewhere.example", "-storepass", "changeit", "-keystore", keys.toString());
        tool("keytool", "-exportcert", "-rfc", "-alias", "a", "-storepass", "changeit", "-keystore",
                keys.toString(), "-file", folder.resolve("cert.pem").toString());
    }

    @BeforeEach
    void start() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
            store.load(in, "changeit".toCharArray());
        }
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, new SecureRandom());
        server.useHttps(context.getSocketFactory());
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void tool(String name, String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", name).toString());
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()).isZero();
    }

    private Store open(@Nullable Path certificates) throws Failure {
        return Stores.webDav((Place.Web) Place.parse("https://localhost:" + server.getPort() + "/"),
                Credentials.NONE,
                new Stores.Options(false, false, certificates, new Circuit(System::nanoTime), new Random(1),
                        null, KeptLogin.NOWHERE),
                Http.Times.USUAL);
    }

    @Test
    void refusesACertificateThatNobodyVouchesFor() throws Exception {
        try (Store store = open(null)) {
            assertThatThrownBy(() -> store.get("a", 10)).isInstanceOf(Failure.Refused.class)
                    .hasMessageContaining("trust");
        }
    }

    @Test
    void aCertificateIsTheReasonAlsoWhenAnotherAddressOfTheHostRefuses() {
        var refused = new ConnectException("Connection refused");
        refused.addSuppressed(new SSLHandshakeException("no").initCause(new CertificateException("no")));
        assertThat(Troubles.beforeConnected("host", refused)).isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("trust");
        assertThat(Troubles.beforeConnected("host", new ConnectException("Connection refused")))
                .isInstanceOf(Failure.Unreachable.class);
    }

    @Test
    void aCertificateThatDoesNotHoldNowMayBeAMatterOfTheClock() {
        for (Exception cause : List.of(new CertificateExpiredException(),
                new CertificateNotYetValidException())) {
            var refused = new SSLHandshakeException("no");
            refused.initCause(new CertificateException("no", new CertPathValidatorException("no", cause)));
            assertThat(Troubles.beforeConnected("host", refused)).isInstanceOf(Failure.Refused.class)
                    .hasMessageContaining("check the clock");
        }
    }

    @Test
    void trustsTheCertificateThatTheUserNames() throws Exception {
        server.enqueue(new MockResponse.Builder().code(200).body("x").build());
        try (Store store = open(folder.resolve("cert.pem"))) {
            assertThat(store.get("a", 10).bytes()).hasSize(1);
        }
    }

    @Test
    void aBrokenHandshakeIsNoMatterOfTrust() throws Exception {
        server.enqueue(new MockResponse.Builder().onRequestStart(new SocketEffect.CloseSocket())
                .failHandshake()
                .build());
        try (Store store = open(folder.resolve("cert.pem"))) {
            assertThatThrownBy(() -> store.get("a", 10)).isInstanceOf(Failure.class);
        }
    }

    @Test
    void refusesAFileThatHoldsNoCertificate() throws Exception {
        Path file = Files.writeString(folder.resolve("none.pem"), "nothing");
        assertThatThrownBy(() -> open(file)).isInstanceOf(Failure.Refused.class);
        assertThatThrownBy(() -> open(folder.resolve("missing.pem"))).isInstanceOf(Failure.Refused.class);
    }

    @Test
    void plainHttpIsForThisComputerAlone() throws Exception {
        var options = new Stores.Options(false, false, null, new Circuit(System::nanoTime), new Random(1),
                null, KeptLogin.NOWHERE);
        assertThatThrownBy(
                () -> Stores.open(Place.parse("http://me@192.168.1.7/dav"), Credentials.NONE, options))
                .isInstanceOf(Failure.Refused.class);
        Stores.open(Place.parse("http://localhost/dav"), Credentials.NONE, options).close();
        Stores.open(Place.parse("http://192.168.1.7/dav"), Credentials.NONE, options.allowingPlainHttp())
                .close();
    }

    @Test
    void saysNoPassword() {
        assertThat(new Credentials("me", "secret")).asString().doesNotContain("secret");
    }
}
