package aloft.store;

import aloft.failure.Failure;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Gets a password of its own for this program at a Nextcloud (its "login flow v2"): the user allows it in a
 * browser, while the server is asked again and again whether that was done. One object for one login. Not
 * thread safe.
 */
public final class NextcloudLogin implements Closeable {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final HttpUrl server;
    private final Http http;
    private final Patience patience;
    private final CountDownLatch never = new CountDownLatch(1);
    private String token = "";
    private @Nullable HttpUrl endpoint;

    /**
     * What the server gives.
     *
     * @param user as the server calls the user who allowed it
     */
    public record Granted(String user, String password) {

        /** Without the secret. */
        @Override
        public String toString() {
            return "Granted[" + user + "]";
        }
    }

    /** @param server https, with the host's name and port, ends with '/' */
    public NextcloudLogin(URI server, Stores.Options options) throws Failure {
        this(HttpUrl.get(server.toString()), options,
                Patience.usual(options.random())
                        .between(Duration.ofSeconds(2), Duration.ofSeconds(2),
                                PATIENCE));
    }

    /** @param patience between the questions */
    NextcloudLogin(HttpUrl server, Stores.Options options, Patience patience) throws Failure {
        this.server = server;
        this.patience = patience;
        this.http = Stores.http(server.uri(), options, Http.Times.USUAL, Http.Following.NOTHING);
    }

    /** Where the user allows it. */
    public URI begin() throws Failure, InterruptedIOException {
        HttpUrl url = server.newBuilder().addPathSegments("index.php/login/v2").build();
        Request request = request(url).post(RequestBody.create(new byte[0], (MediaType) null)).build();
        var login = new Object() {
            String address = "";
            String endpoint = "";
        };
        http.send(Http.Sending.of(request).onlyOnce(), response -> {
            if (!response.isSuccessful()) {
                throw response.code() == 404 || response.code() == 405
                        ? noNextcloud(null)
                        : Troubles.refused(response, false);
            }
            read(response.body().byteStream(), (path, text, end) -> {
                switch (path) {
                    case "poll/token" -> token = text;
                    case "poll/endpoint" -> login.endpoint = text;
                    case "login" -> login.address = text;
                    default -> {
                        // of no use here
                    }
                }
            });
            return true;
        });
        endpoint = here(login.endpoint);
        return here(login.address).uri();
    }

    /** The token goes along, so that it must be the same server. */
    private HttpUrl here(String address) throws Failure.Refused {
        HttpUrl url = HttpUrl.parse(address);
        if (url == null || token.isEmpty()) {
            throw noNextcloud(null);
        }
        if (!Http.isSameOrigin(url, server)) {
            throw new Failure.Refused("That Nextcloud says that it is " + Troubles.host(url)
                    + ": log in with that name.", null);
        }
        return url;
    }

    private static void read(InputStream in, JsonFields.Values to) throws IOException {
        try {
            JsonFields.read(in, to);
        } catch (JsonFields.Malformed e) {
            throw noNextcloud(e);
        }
    }

    private static Failure.Refused noNextcloud(@Nullable Throwable cause) {
        return new Failure.Refused("There is no Nextcloud at this address that lets programs log in by the"
                + " browser: check the place, or make an app password there and give it with --password-file.",
                cause);
    }

    private static Request.Builder request(HttpUrl url) {
        return new Request.Builder().url(url)
                .header("User-Agent", "Aloft")
                .header("Accept", "application/json");
    }

    /**
     * Waits until the user has allowed it.
     *
     * @return empty when that took too long
     */
    public Optional<Granted> await() throws Failure, InterruptedIOException {
        HttpUrl at = endpoint;
        if (at == null) {
            throw new IllegalStateException("not begun");
        }
        long since = patience.now();
        for (int tries = 1;; tries++) {
            Optional<Granted> granted = ask(at);
            Optional<Duration> pause = patience.beforeNext(tries, since, Bodies.missing("login"));
            if (granted.isPresent() || pause.isEmpty() || patience.hasFallen(never, pause.get())) {
                return granted;
            }
        }
    }

    /** Asked once only, as the answer is given once only. */
    private Optional<Granted> ask(HttpUrl at) throws Failure, InterruptedIOException {
        Request request = request(at).post(new FormBody.Builder().add("token", token).build()).build();
        return http.send(Http.Sending.of(request).onlyOnce(), response -> {
            if (response.code() == 404) {
                return Optional.empty();
            }
            if (!response.isSuccessful()) {
                throw Troubles.refused(response, false);
            }
            var found = new Object() {
                String user = "";
                String password = "";
            };
            read(response.body().byteStream(), (path, text, end) -> {
                if (path.equals("loginName")) {
                    found.user = text;
                } else if (path.equals("appPassword")) {
                    found.password = text;
                }
            });
            if (!found.user.matches("[^/:\\p{Cntrl}]{1,200}") || !found.password.matches("[!-~]{1,500}")) {
                throw noNextcloud(null);
            }
            return Optional.of(new Granted(found.user, found.password));
        });
    }

    /** Takes the password back. */
    public void revoke(Granted login) throws Failure, InterruptedIOException {
        HttpUrl url = server.newBuilder().addPathSegments("ocs/v2.php/core/apppassword").build();
        Request request = request(url).delete()
                .header("OCS-APIRequest", "true")
                .header("Authorization",
                        okhttp3.Credentials.basic(login.user(), login.password(), StandardCharsets.UTF_8))
                .build();
        http.send(Http.Sending.of(request).onlyOnce(), response -> {
            if (!response.isSuccessful()) {
                throw Troubles.refused(response, false);
            }
            return true;
        });
    }

    @Override
    public void close() {
        http.close();
    }
}
