package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Requests to Dropbox's API, version 2. A token that ended is replaced, and the request sent again. Thread safe. */
final class Dropbox {

    private static final MediaType JSON = MediaType.get("application/json");
    private static final Duration POLL_JITTER = Duration.ofSeconds(90);
    private static final int HASH_BLOCK = 4 << 20;

    private final Http http;
    private final Hosts hosts;
    private final AccessTokens tokens;

    /** @param http follows no redirects */
    Dropbox(Http http, Hosts hosts, AccessTokens tokens) {
        this.http = http;
        this.hosts = hosts;
        this.tokens = tokens;
    }

    /** Each ends with '/'. */
    record Hosts(HttpUrl api, HttpUrl content, HttpUrl notices) {

        static final Hosts REAL = new Hosts(HttpUrl.get("https://api.dropboxapi.com/"),
                HttpUrl.get("https://content.dropboxapi.com/"),
                HttpUrl.get("https://notify.dropboxapi.com/"));

        HttpUrl tokens() {
            return api.newBuilder().addPathSegments("oauth2/token").build();
        }
    }

    /** Takes what it needs from the answer. */
    @FunctionalInterface
    interface Reader<T> {
        /** @param error {@link DropboxError#NONE} for a success */
        T read(Response response, DropboxError error) throws IOException;
    }

    /** A question and its answer in JSON. */
    <T> T call(String function, JsonText.Raw argument, Reader<T> reader)
            throws Failure, InterruptedIOException {
        byte[] body = argument.json().getBytes(StandardCharsets.US_ASCII);
        return send(Http.Sending.of(request(hosts.api(), function)
                .post(RequestBody.create(body, JSON))
                .build()), reader);
    }

    /**
     * Waits until something changes behind a cursor; that needs no login.
     *
     * @param time 30 to 480 seconds; it may take 90 more
     */
    <T> T longPoll(String cursor, Duration time, Reader<T> reader) throws Failure, InterruptedIOException {
        byte[] body = JsonText.object("cursor", cursor, "timeout", time.toSeconds())
                .json()
                .getBytes(StandardCharsets.US_ASCII);
        Request request = request(hosts.notices(), "files/list_folder/longpoll")
                .post(RequestBody.create(body, JSON))
                .build();
        return http.send(Http.Sending.of(request).waiting(time.plus(POLL_JITTER)),
                response -> reader.read(response, error(response)));
    }

    /** @param claim whether it is sent once or not at all */
    <T> T upload(JsonText.Raw argument, byte[] body, boolean claim, Reader<T> reader)
            throws Failure, InterruptedIOException {
        Request request = request(hosts.content(), "files/upload")
                .header("Dropbox-API-Arg", argument.json())
                .header("Content-Type", Bodies.BYTES.toString())
                .post(claim ? Bodies.once(body) : Bodies.of(body))
                .build();
        Http.Sending sending = Http.Sending.of(request).carrying(body.length);
        return send(claim ? sending.onlyOnce() : sending, reader);
    }

    /**
     * @param range of the bytes, empty for all
     * @param count bytes that come
     */
    <T> T download(JsonText.Raw argument, Optional<String> range, long count, Reader<T> reader)
            throws Failure, InterruptedIOException {
        Request.Builder request = request(hosts.content(), "files/download")
                .header("Dropbox-API-Arg", argument.json())
                .header("Accept-Encoding", "identity")
                .post(RequestBody.create(new byte[0], (MediaType) null));
        range.ifPresent(bytes -> request.header("Range", bytes));
        return send(Http.Sending.of(request.build()).carrying(count), reader);
    }

    private static Request.Builder request(HttpUrl host, String function) {
        return new Request.Builder().url(host.newBuilder().addPathSegments("2/" + function).build())
                .header("User-Agent", "Aloft");
    }

    private <T> T send(Http.Sending sending, Reader<T> reader) throws Failure, InterruptedIOException {
        return tokens.send(http, sending, response -> reader.read(response, error(response)));
    }

    private static DropboxError error(Response response) {
        return response.isSuccessful() || response.code() == 416
                ? DropboxError.NONE
                : DropboxError.of(response);
    }

    /** Dropbox's own hash of a content: of the hashes of its blocks. */
    static String contentHash(byte[] content) {
        MessageDigest all = Hashes.sha256();
        for (int at = 0; at < content.length; at += HASH_BLOCK) {
            MessageDigest block = Hashes.sha256();
            block.update(content, at, Math.min(HASH_BLOCK, content.length - at));
            all.update(block.digest());
        }
        return HexFormat.of().formatHex(all.digest());
    }
}
