package aloft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TlsTest {

    private static final char[] PASSWORD = "password".toCharArray();

    /** A self-signed certificate for the loopback, as PEM files and for a client to trust. */
    record Identity(Config.Certificate files, Certificate certificate) {

        static Identity make(Path folder, String algorithm, String... more) throws Exception {
            Path store = folder.resolve(algorithm + more.length + ".p12");
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                    "-alias",
                    "server", "-keyalg", algorithm, "-dname", "CN=cloud", "-ext",
                    "SAN=IP:127.0.0.1,DNS:localhost", "-keystore", store.toString(), "-storepass",
                    new String(PASSWORD)));
            command.addAll(List.of(more));
            assertThat(new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor()).isZero();
            var keys = KeyStore.getInstance(store.toFile(), PASSWORD);
            Certificate certificate = keys.getCertificate("server");
            Path chain = pem(store, "CERTIFICATE", certificate.getEncoded());
            Path key = pem(store, "PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded());
            return new Identity(new Config.Certificate(chain, key), certificate);
        }

        private static Path pem(Path store, String kind, byte[] der) throws IOException {
            return Files.writeString(Path.of(store + "." + kind.charAt(0) + ".pem"),
                    "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der)
                            + "\n-----END " + kind
                            + "-----\n");
        }

        SSLContext trusting() throws GeneralSecurityException, IOException {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("server", certificate);
            var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        }
    }

    private static Identity rsa;
    private static Identity ec;
    private static Identity otherEc;
    private static Identity ed25519;
    private static Identity expired;

    @BeforeAll
    static void makeIdentities(@TempDir Path folder) throws Exception {
        rsa = Identity.make(folder, "RSA", "-keysize", "2048"); // the least that is taken, for speed
        ec = Identity.make(folder, "EC");
        otherEc = Identity.make(folder, "EC", "-validity", "100");
        ed25519 = Identity.make(folder, "Ed25519");
        expired = Identity.make(folder, "EC", "-startdate", "-10d", "-validity", "1");
    }

    private static List<Identity> good() {
        return List.of(rsa, ec, ed25519);
    }

    @ParameterizedTest
    @MethodSource("good")
    void servesWithTheCertificate(Identity identity, @TempDir Path folder) throws Exception {
        try (var server = CloudServer
                .start(Served.config(folder.resolve("root")).withCertificate(identity.files()));
                var client = HttpClient.newBuilder().sslContext(identity.trusting()).build()) {
            URI uri = server.uri().resolve("/a");
            assertThat(uri).hasScheme("https");
            var put = HttpRequest.newBuilder(uri)
                    .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[3 << 20]))
                    .build();
            assertThat(client.send(put, BodyHandlers.discarding()).statusCode()).isEqualTo(201);
            assertThat(client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray()).body())
                    .hasSize(3 << 20);
        }
    }

    @Test
    void takesARenewedCertificate(@TempDir Path folder) throws Exception {
        var files = new Config.Certificate(Files.copy(ec.files().chain(), folder.resolve("chain")),
                Files.copy(ec.files().key(), folder.resolve("key")));
        var tls = new Tls(files);
        tls.factory().start();
        var before = tls.factory().getSslContext();
        tls.refresh();
        assertThat(tls.factory().getSslContext()).isSameAs(before);
        Files.writeString(files.key(), "half written");
        tls.refresh();
        assertThat(tls.factory().getSslContext()).isSameAs(before);
        Files.copy(rsa.files().chain(), files.chain(),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.copy(rsa.files().key(), files.key(),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        tls.refresh();
        assertThat(tls.factory().getSslContext()).isNotSameAs(before);
        tls.factory().stop();
    }

    @Test
    void showsTheCertificateItWasGiven(@TempDir Path folder) throws Exception {
        try (var server = CloudServer
                .start(Served.config(folder.resolve("root")).withCertificate(ec.files()));
                var socket = (SSLSocket) ec.trusting()
                        .getSocketFactory()
                        .createSocket("localhost", server.port())) {
            socket.startHandshake();
            var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            assertThat(shown).isEqualTo(ec.certificate());
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void refusesFilesThatDoNotFit(@TempDir Path folder) throws Exception {
        Path junk = Files.writeString(folder.resolve("junk"), "junk");
        var bad = List.of(new Config.Certificate(rsa.files().chain(), ec.files().key()),
                new Config.Certificate(ec.files().chain(), otherEc.files().key()),
                new Config.Certificate(junk, ec.files().key()),
                new Config.Certificate(ec.files().chain(), junk),
                expired.files());
        for (Config.Certificate files : bad) {
            var config = Served.config(folder.resolve("root")).withCertificate(files);
            assertThatThrownBy(() -> CloudServer.start(config)).isInstanceOf(Failure.Refused.class)
                    .hasMessageContaining("cannot be used");
        }
    }
}
