package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The login at a Nextcloud, by answers made after its documentation. */
class NextcloudLoginTest {

    private final HttpServer server = HttpServer
            .create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    private final String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicLong clock = new AtomicLong();
    private volatile String endpoint = url + "login/v2/poll";
    private volatile int allowedAfter = 3;
    private volatile String seen = "";

    NextcloudLoginTest() throws IOException {
        server.createContext("/", this::handle);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            String what = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            switch (what) {
                case "POST /index.php/login/v2" -> FakeCloud.answer(exchange,
                        "{\"poll\": {\"token\": \"theToken\", \"endpoint\": \"" + endpoint
                                + "\"}, \"login\": \"" + url + "login/v2/flow/x\"}");
                case "POST /login/v2/poll" -> {
                    boolean allowed = questions.incrementAndGet() >= allowedAfter
                            && FakeCloud.form(body.getBytes(StandardCharsets.US_ASCII))
                                    .equals(Map.of("token", "theToken"));
                    byte[] answer = (allowed
                            ? "{\"server\": \"" + url
                                    + "\", \"loginName\": \"me\", \"appPassword\": \"p-a-s-s\"}"
                            : "[]").getBytes(StandardCharsets.US_ASCII);
                    FakeCloud.send(exchange, allowed ? 200 : 404, "application/json", answer);
                }
                case "DELETE /ocs/v2.php/core/apppassword" -> {
                    var headers = exchange.getRequestHeaders();
                    seen = headers.getFirst("Authorization") + headers.getFirst("OCS-APIRequest");
                    FakeCloud.answer(exchange, "{}");
                }
                default -> FakeCloud.send(exchange, 404, "text/plain", new byte[0]);
            }
        }
    }

    private NextcloudLogin login() throws Failure {
        var patience = new Patience(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofMinutes(10),
                clock::get, new Random(1), (_, time) -> {
                    clock.addAndGet(time.toNanos());
                    return false;
                });
        return new NextcloudLogin(HttpUrl.get(url),
                Stores.Options.usual(new Circuit(System::nanoTime), new Random(1)), patience);
    }

    @Test
    void asksUntilTheUserAllowsIt() throws Exception {
        try (NextcloudLogin login = login()) {
            assertThat(login.begin()).hasToString(url + "login/v2/flow/x");
            NextcloudLogin.Granted granted = login.await().orElseThrow();
            assertThat(granted).isEqualTo(new NextcloudLogin.Granted("me", "p-a-s-s"));
            assertThat(granted.toString()).doesNotContain("p-a-s-s");
            assertThat(questions).hasValue(3);
            login.revoke(granted);
            assertThat(seen).isEqualTo(okhttp3.Credentials.basic("me", "p-a-s-s") + "true");
        }
    }

    @Test
    void givesUpWhenNobodyAllowsIt() throws Exception {
        allowedAfter = Integer.MAX_VALUE;
        try (NextcloudLogin login = login()) {
            login.begin();
            assertThat(login.await()).isEmpty();
        }
        assertThat(clock.get()).isBetween(Duration.ofMinutes(9).toNanos(), Duration.ofMinutes(10).toNanos());
    }

    @Test
    void theTokenGoesToNoOtherHost() throws Exception {
        endpoint = "https://elsewhere.example/poll";
        try (NextcloudLogin login = login()) {
            assertThatThrownBy(login::begin).isInstanceOf(Failure.Refused.class)
                    .hasMessageContaining("elsewhere.example");
        }
    }
}
