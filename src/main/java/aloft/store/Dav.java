package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The requests of WebDAV (RFC 4918) below one folder, each one told by what came of it. A path is relative
 * to that folder and made of chars that need no encoding. Thread safe.
 */
final class Dav {

    private final Http http;
    private final HttpUrl base;
    private final @Nullable String authorization;

    /** @param base ends with '/' */
    Dav(Http http, HttpUrl base, @Nullable String authorization) {
        this.http = http;
        this.base = base;
        this.authorization = authorization;
    }

    /** What came of a request to write. */
    enum Outcome {
        DONE,
        /** The condition does not hold: it is there already, or another version. */
        CONDITION_FAILED,
        /** What it starts from is not there: the folder, or the object to move. */
        NOTHING_THERE
    }

    /** @param etag only if it is a strong one (RFC 9110, 8.8.1) */
    record Got(byte[] bytes, @Nullable String etag) {}

    HttpUrl base() {
        return base;
    }

    HttpUrl url(String path) {
        return path.isEmpty() ? base : base.newBuilder().addEncodedPathSegments(path).build();
    }

    Request.Builder request(String path) {
        var builder = new Request.Builder().url(url(path))
                .header("User-Agent", "Aloft")
                .header("Accept-Encoding", "identity");
        return authorization == null ? builder : builder.header("Authorization", authorization);
    }

    <T extends @Nullable Object> T send(Request request, Http.Reader<T> reader)
            throws Failure, InterruptedIOException {
        return http.send(Http.Sending.of(request), reader);
    }

    /** @throws Failure.Missing when it is not there */
    Got get(String path, int limit) throws Failure, InterruptedIOException {
        return http.send(Http.Sending.of(request(path).build()).carrying(limit),
                response -> whole(path, response, limit));
    }

    /** Waits for the object to come when the server is able to (RFC 7240, 4.3). */
    Optional<Got> await(String path, int limit, Duration time, Runnable waited)
            throws Failure, InterruptedIOException {
        Request request = request(path).header("Prefer", "wait=" + Math.max(1, time.toSeconds())).build();
        return http.send(Http.Sending.of(request).carrying(limit).waiting(time), response -> {
            if (response.headers("Preference-Applied")
                    .stream()
                    .anyMatch(applied -> applied.contains("wait"))) {
                waited.run();
            }
            return isMissing(response) ? Optional.empty() : Optional.of(whole(path, response, limit));
        });
    }

    private static boolean isMissing(Response response) {
        return response.code() == 404 || response.code() == 410 || Redirects.isRedirect(response.code());
    }

    private static Got whole(String path, Response response, int limit) throws IOException {
        if (isMissing(response)) {
            throw Bodies.missing(path);
        }
        return new Got(Bodies.whole(path, response, limit), strong(response.header("ETag")));
    }

    private static @Nullable String strong(@Nullable String etag) {
        return etag != null && etag.startsWith("\"") ? etag : null;
    }

    void read(String path, long offset, int length, Store.Sink sink) throws Failure, InterruptedIOException {
        Request request = request(path).header("Range", Bodies.range(offset, length)).build();
        http.send(Http.Sending.of(request).carrying(length), response -> {
            if (isMissing(response)) {
                throw Bodies.missing(path);
            }
            Bodies.part(path, response, offset, length, sink);
            return true;
        });
    }

    boolean exists(String path) throws Failure, InterruptedIOException {
        return send(request(path).head().build(), response -> {
            if (response.code() != 200 && !isMissing(response)) {
                throw Troubles.refused(response, false);
            }
            return response.code() == 200;
        });
    }

    Outcome put(String path, byte[] body) throws Failure, InterruptedIOException {
        Request request = request(path).put(Bodies.of(body)).build();
        return http.send(Http.Sending.of(request).carrying(body.length),
                response -> written(response, false));
    }

    /**
     * Sent once.
     *
     * @param condition name of a header
     */
    Outcome putIf(String path, byte[] body, String condition, String value)
            throws Failure, InterruptedIOException {
        Request request = request(path).header(condition, value).put(Bodies.once(body)).build();
        return http.send(Http.Sending.of(request).carrying(body.length).onlyOnce(),
                response -> written(response, true));
    }

    private static Outcome written(Response response, boolean claim) throws Failure {
        return switch (response.code()) {
            case 200, 201, 204 -> Outcome.DONE;
            case 412 -> Outcome.CONDITION_FAILED;
            case 404, 409 -> Outcome.NOTHING_THERE;
            default -> throw Troubles.refused(response, claim);
        };
    }

    /** Sent once. */
    Outcome move(String from, String to, boolean overwrite) throws Failure, InterruptedIOException {
        Request request = request(from).method("MOVE", null)
                .header("Destination", url(to).toString())
                .header("Overwrite", overwrite ? "T" : "F")
                .build();
        return http.send(Http.Sending.of(request).onlyOnce(), response -> written(response, true));
    }

    /** @return whether there was something to delete */
    boolean delete(String path) throws Failure, InterruptedIOException {
        return send(request(path).delete().build(), response -> switch (response.code()) {
            case 200, 202, 204 -> true;
            case 404, 410 -> false;
            default -> throw Troubles.refused(response, false);
        });
    }

    /** @return false when the folder above is missing */
    boolean makeFolder(String path) throws Failure, InterruptedIOException {
        // nginx wants the '/' at the end
        String folder = path.isEmpty() || path.endsWith("/") ? path : path + "/";
        return send(request(folder).method("MKCOL", null).build(), response -> switch (response.code()) {
            case 201, 405 -> true;
            case 404, 409 -> false;
            default -> throw Troubles.refused(response, false);
        });
    }
}
