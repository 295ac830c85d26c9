package aloft.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where a browser comes back to with the answer to a login (RFC 8252, 7.3): a free port of this computer alone. */
final class BrowserAnswer implements Closeable {

    private final HttpServer server;
    private final String state;
    private final CompletableFuture<Optional<String>> code = new CompletableFuture<>();

    /** @param state that the answer must bring along */
    BrowserAnswer(String state) throws IOException {
        this.state = state;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        server.createContext("/", this::answer);
        server.start();
    }

    /** What the cloud is to send the browser to. */
    URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /** The code; empty when the user did not allow it, or within the time did nothing. */
    Optional<String> await(Duration time) throws InterruptedException {
        try {
            return code.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getRawQuery();
            boolean asked = query != null && exchange.getRequestURI().getPath().equals("/");
            Optional<String> found = asked ? code(query, state) : Optional.empty();
            boolean ours = asked && state.equals(parameters(query).get("state"));
            String words = found.isPresent()
                    ? "Aloft is logged in."
                    : ours ? "Aloft was not let in." : "This is no answer to Aloft's login.";
            byte[] page = ("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Aloft</title><p>"
                    + words
                    + " You can close this.</p>").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(ours ? 200 : 404, page.length);
            exchange.getResponseBody().write(page);
            if (ours) {
                code.complete(found);
            }
        }
    }

    /** The code in what follows '?', if it answers the login of that state. */
    static Optional<String> code(String query, String state) {
        Map<String, String> parameters = parameters(query);
        return state.equals(parameters.get("state"))
                ? Optional.ofNullable(parameters.get("code"))
                : Optional.empty();
    }

    private static Map<String, String> parameters(String query) {
        var found = new HashMap<String, String>();
        Arrays.stream(query.split("&", 50)).forEach(pair -> {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                try {
                    found.put(pair.substring(0, equals),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    found.remove(pair.substring(0, equals));
                }
            }
        });
        return found;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
