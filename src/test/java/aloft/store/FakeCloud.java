package aloft.store;

import aloft.failure.Failure;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** What the fakes of clouds have in common: a login with tokens that end, and switches for faults. */
abstract class FakeCloud implements AutoCloseable {

    static final String CLIENT = "theClientId";
    static final String REFRESH = "theRefreshToken";

    final AtomicInteger numbers = new AtomicInteger();
    private final HttpServer server;
    /** How often each was used. */
    private final Map<String, Integer> tokens = new HashMap<>();
    private final Map<String, String> challenges = new HashMap<>();

    /** Bytes. */
    volatile long quota = 2L << 30;
    /** Seconds that a token lasts, as told. */
    volatile int lasts = 14_400;
    /** Requests after which a token is worth nothing; zero for never. */
    volatile int tokenUses;
    /** How many of the next tokens are worth nothing from the beginning. */
    final AtomicInteger deadTokens = new AtomicInteger();
    /** How many of the next requests are told to come later. */
    final AtomicInteger busy = new AtomicInteger();
    /** Writes that are taken in a second, the others are told to come later; zero for all. */
    volatile int writesPerSecond;
    private final ArrayDeque<Long> writes = new ArrayDeque<>();
    /** Told of each request, in a line. */
    volatile Consumer<String> log = _ -> {};
    /** Entries on a page of a list. */
    volatile int page = 2000;
    volatile int requests;
    /** How many tokens were given out. */
    volatile int granted;
    /** Logins that are good. */
    private final Set<String> logins = new HashSet<>(Set.of(REFRESH));

    private final Set<String> usedUp = new HashSet<>();

    FakeCloud(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
    }

    final void start() {
        server.start();
    }

    final String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /** One that is good, as if it had been asked for. */
    final synchronized String newToken() {
        String token = "token" + numbers.incrementAndGet();
        tokens.put(token, 0);
        return token;
    }

    /** Every token given out so far is worth nothing from now on. */
    final synchronized void endTokens() {
        tokens.clear();
    }

    @Override
    public final void close() {
        server.stop(0);
    }

    /** The user takes all logins back. */
    final synchronized void revoke() {
        logins.clear();
        tokens.clear();
    }

    /** The user takes one login back. */
    final synchronized void revoke(String refresh) {
        logins.remove(refresh);
        tokens.clear();
    }

    /** A login that is good, as it is kept. */
    final synchronized String newLogin() {
        String refresh = "refresh" + numbers.incrementAndGet();
        logins.add(refresh);
        return login(refresh);
    }

    /** As a login is kept. */
    String login(String refresh) {
        return refresh + "\n" + CLIENT;
    }

    /** A store of it, without retries, so that they hide nothing. */
    abstract Store store(String folder, @Nullable String login, Stores.Options options) throws Failure;

    /** The same with a login of its own. */
    final Store store(String folder) throws Failure {
        return store(folder, newLogin(), Stores.Options.usual(new Circuit(System::nanoTime),
                new SecureRandom()));
    }

    /** An answer that is an error. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        final int status;
        final String body;

        Refusal(int status, String body) {
            super(body);
            this.status = status;
            this.body = body;
        }
    }

    /** What a request with a token gets; never two at a time. */
    abstract void serve(String path, HttpExchange exchange, byte[] body) throws Refusal, IOException;

    abstract Refusal expired();

    abstract Refusal limited();

    /** Whether the path needs no token. */
    boolean isOpen(String path) {
        return false;
    }

    /** Whether it counts for {@link #writesPerSecond}. */
    boolean isWrite(String method, String path) {
        return !method.equals("GET");
    }

    /** Which object it is about, for the log. */
    String about(HttpExchange exchange) {
        return exchange.getRequestURI().toString();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = body(exchange);
            try {
                answer(exchange, body);
            } catch (Refusal e) {
                if (e.status == 429) {
                    exchange.getResponseHeaders().add("Retry-After", writesPerSecond > 0 ? "1" : "0");
                }
                send(exchange, e.status,
                        e.body.startsWith("{") ? "application/json" : "text/plain; charset=utf-8",
                        e.body.getBytes(StandardCharsets.UTF_8));
            }
            log.accept(exchange.getRequestMethod() + "\t" + about(exchange) + "\t"
                    + Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Range"), "-") + "\t"
                    + body.length + "\t" + exchange.getResponseCode() + "\t"
                    + Objects.requireNonNullElse(exchange.getResponseHeaders().getFirst("Content-length"),
                            "0"));
        }
    }

    /** Google's library sends it compressed. */
    private static byte[] body(HttpExchange exchange) throws IOException {
        boolean compressed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        InputStream body = exchange.getRequestBody();
        return compressed ? new GZIPInputStream(body).readAllBytes() : body.readAllBytes();
    }

    private synchronized void answer(HttpExchange exchange, byte[] body) throws Refusal, IOException {
        String path = exchange.getRequestURI().getPath();
        requests++;
        if (path.endsWith("/token")) {
            answer(exchange, token(form(body)));
        } else if (path.endsWith("/authorize")) {
            byte[] query = exchange.getRequestURI().getRawQuery().getBytes(StandardCharsets.US_ASCII);
            answer(exchange, allow(form(query).get("code_challenge")));
        } else {
            if (!isOpen(path)) {
                check(exchange);
            }
            serve(path, exchange, body);
        }
    }

    private void check(HttpExchange exchange) throws Refusal {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            throw new Refusal(400, "Error in call to API function: no Authorization");
        }
        String token = authorization.substring("Bearer ".length());
        if (!tokens.containsKey(token) || tokenUses > 0 && tokens.get(token) >= tokenUses) {
            throw expired();
        }
        tokens.merge(token, 1, Integer::sum);
        boolean write = isWrite(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
        if (busy.get() > 0 && busy.getAndDecrement() > 0 || write && isTooMany()) {
            throw limited();
        }
    }

    /** Of the writes of the last second; one that is not taken does not count. */
    private boolean isTooMany() {
        if (writesPerSecond == 0) {
            return false;
        }
        long now = System.nanoTime();
        writes.removeIf(at -> now - at >= TimeUnit.SECONDS.toNanos(1));
        return writes.size() >= writesPerSecond || !writes.add(now);
    }

    static Map<String, String> form(byte[] body) {
        var form = new HashMap<String, String>();
        for (String pair : new String(body, StandardCharsets.US_ASCII).split("&", 100)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return form;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** As if the user had allowed it in the browser. */
    final synchronized String allow(@Nullable String challenge) {
        String code = "code" + numbers.incrementAndGet();
        challenges.put(code, String.valueOf(challenge));
        return code;
    }

    private String token(Map<String, String> form) throws Refusal {
        if (!isClient(form)) {
            throw new Refusal(400,
                    "{\"error\": \"invalid_client\", \"error_description\": \"no such client\"}");
        }
        String old = String.valueOf(form.get("refresh_token"));
        boolean right = switch (String.valueOf(form.get("grant_type"))) {
            case "refresh_token" -> isGood(old);
            case "authorization_code" -> Accounts.challenge(String.valueOf(form.get("code_verifier")))
                    .equals(challenges.remove(String.valueOf(form.get("code"))));
            default -> false;
        };
        if (!right) {
            throw new Refusal(400, "{\"error\": \"invalid_grant\", \"error_description\": \"it is over\"}");
        }
        String token = "token" + numbers.incrementAndGet();
        if (deadTokens.get() == 0 || deadTokens.getAndDecrement() == 0) {
            tokens.put(token, 0);
        }
        granted++;
        boolean fresh = form.containsKey("code") || rotates() && logins.remove(old) && usedUp.add(old);
        return "{\"access_token\": \"" + token + "\", \"token_type\": \"bearer\", \"expires_in\": " + lasts
                + (fresh
                        ? ", \"refresh_token\": \"" + newLogin().lines().findFirst().orElseThrow() + "\""
                        : "")
                + ", \"scope\": \"files\"}";
    }

    /** One that is used a second time may be stolen: then all are over. */
    private boolean isGood(String login) {
        if (usedUp.contains(login)) {
            revoke();
        }
        return logins.contains(login);
    }

    /** Whether a login is good for one use and gives another one. */
    boolean rotates() {
        return false;
    }

    boolean isClient(Map<String, String> form) {
        return CLIENT.equals(form.get("client_id"));
    }

    static void answer(HttpExchange exchange, String json) throws IOException {
        send(exchange, 200, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    /** A part of a content, as "Range" asks for it. */
    static void part(HttpExchange exchange, byte[] content) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            send(exchange, 200, "application/octet-stream", content);
            return;
        }
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        long from = Long.parseLong(ends[0]);
        long to = ends[1].isEmpty() ? content.length : Math.min(Long.parseLong(ends[1]) + 1, content.length);
        if (from >= content.length) {
            send(exchange, 416, "text/plain", new byte[0]);
            return;
        }
        exchange.getResponseHeaders()
                .add("Content-Range",
                        "bytes " + from + "-" + (to - 1) + "/" + content.length);
        send(exchange, 206, "application/octet-stream",
                Arrays.copyOfRange(content, (int) from, (int) to));
    }
}
