package aloft.server;

import static aloft.server.Client.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginTest {

    private static final String PASSWORD = "pässword:with colon";

    private static Login login() {
        return Login.ofRandom("anna", PASSWORD.toCharArray(), new SecureRandom());
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theRightPasswordIsLetIn() {
        Login login = login();
        assertThat(login.accepts(basic("anna", PASSWORD))).isTrue();
        assertThat(login.accepts(basic("anna", PASSWORD))).isTrue();
        assertThat(login.accepts(basic("anna", PASSWORD).replace("Basic", "bAsIc"))).isTrue();
        assertThat(login.accepts(basic("anna", "wrong"))).isFalse();
        assertThat(login.accepts(basic("otto", PASSWORD))).isFalse();
        assertThat(login.accepts(basic("anna", PASSWORD + "x"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basic ", "Basic !!!", "Bearer x", "Basic YW5uYQ==",
            "Basic YW5uYTo=", "Basic Og=="})
    void nothingElseIs(String header) {
        assertThat(login().accepts(header)).isFalse();
        assertThat(login().accepts(null)).isFalse();
        assertThat(login().accepts("Basic " + "A".repeat(100_000))).isFalse();
    }

    @Test
    void aFileKeepsTheHashAlone(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("login");
        Login.of("anna", PASSWORD.toCharArray(), new SecureRandom()).write(file);

        assertThat(Files.readString(file)).startsWith("anna:pbkdf2-sha256:600000:").doesNotContain(PASSWORD);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        Login read = Login.read(file);
        assertThat(read.user()).isEqualTo("anna");
        assertThat(read.accepts(basic("anna", PASSWORD))).isTrue();
        assertThat(read.accepts(basic("anna", "wrong"))).isFalse();
        assertThat(read).hasToString("login of anna");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "anna:secret", "anna:pbkdf2-sha256:0:00:00", "anna:pbkdf2-sha256:99999999:"
            + "00000000000000000000000000000000:0000000000000000000000000000000000000000000000000000000000000000"})
    void aDamagedFileIsRefused(String content, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("login"), content);
        assertThatThrownBy(() -> Login.read(file)).isInstanceOf(Failure.Refused.class);
    }

    @Test
    void nothingIsAnsweredWithoutIt(@TempDir Path root) throws Exception {
        try (var served = Served.with(Served.config(root).withLogin(login()))) {
            Client client = served.client();
            Files.writeString(root.resolve("a"), "secret");
            for (String method : new String[]{"GET", "HEAD", "PUT", "DELETE", "PROPFIND", "OPTIONS", "LOCK",
                    "MOVE"}) {
                var answer = client.send(method, "/a", new byte[0], "Authorization", basic("anna", "wrong"));
                assertThat(answer.statusCode()).as(method).isEqualTo(401);
                assertThat(header(answer, "WWW-Authenticate")).startsWith("Basic realm=");
                assertThat(header(answer, "Aloft-Server")).isEqualTo(method.equals("OPTIONS") ? "1" : "");
            }
            assertThat(client.status("GET", "/a", "Authorization", basic("anna", PASSWORD))).isEqualTo(200);
        }
    }

    @Test
    void othersAreServedWithALoginOnly(@TempDir Path root) {
        var everywhere = Config.of(root, new InetSocketAddress("0.0.0.0", 0));
        assertThatThrownBy(() -> CloudServer.start(everywhere)).isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("password");
    }
}
