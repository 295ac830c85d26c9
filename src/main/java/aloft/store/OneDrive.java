package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Requests to Microsoft Graph for the program's own folder of a OneDrive. A token that ended is replaced,
 * and the request sent again. Thread safe.
 */
final class OneDrive {

    static final HttpUrl GRAPH = HttpUrl.get("https://graph.microsoft.com/v1.0/");
    static final HttpUrl LOGIN = HttpUrl.get("https://login.microsoftonline.com/common/oauth2/v2.0/");
    private static final MediaType JSON = MediaType.get("application/json");

    private static final Pattern RESERVED = Pattern.compile(
            "(?i)con|prn|aux|nul|com\\d|lpt\\d|desktop\\.ini|.*\\.lock|.*_vti_.*|forms");

    private final Http http;
    private final HttpUrl graph;
    private final AccessTokens tokens;
    private final String root;

    /**
     * @param http follows no redirects
     * @param graph ends with '/'
     * @param root in the program's folder: empty, or begins with '/'
     */
    OneDrive(Http http, HttpUrl graph, AccessTokens tokens, String root) {
        this.http = http;
        this.graph = graph;
        this.tokens = tokens;
        this.root = root;
    }

    /** Takes what it needs from the answer. */
    @FunctionalInterface
    interface Reader<T> {
        /** @param error {@link GraphError#NONE} for a success and for a redirect */
        T read(Response response, GraphError error) throws IOException;
    }

    /**
     * @param path of an item below the root, empty for the root itself
     * @param what of it, such as "content"; empty for the item
     */
    HttpUrl url(String path, String what) {
        String at = root + (path.isEmpty() ? "" : "/" + named(path));
        String item = at.isEmpty() ? "" : ":" + SigV4.encode(at, true) + (what.isEmpty() ? "" : ":");
        return graph.newBuilder()
                .addEncodedPathSegments(
                        "me/drive/special/approot" + item + (what.isEmpty() ? "" : "/" + what))
                .build();
    }

    /** A key as it is called at OneDrive, which does not take every name. */
    private static String named(String key) {
        var names = new ArrayList<String>();
        for (String name : key.split("/", -1)) {
            names.add(name.endsWith(".") || RESERVED.matcher(name).matches() ? name + "~" : name);
        }
        return String.join("/", names);
    }

    /** The segment of a key that is called so. */
    static String segment(String name) {
        return name.endsWith("~") ? name.substring(0, name.length() - 1) : name;
    }

    HttpUrl drive() {
        return graph.newBuilder().addPathSegments("me/drive").addQueryParameter("$select", "quota").build();
    }

    /** The next page of a list, which must lie where the first one did: a token goes along. */
    HttpUrl next(String link) throws Failure.Refused {
        HttpUrl url = HttpUrl.parse(link);
        if (url == null || !Http.isSameOrigin(url, graph)) {
            throw new Failure.Refused("OneDrive sends to another host for the rest of a list.", null);
        }
        return url;
    }

    <T> T get(HttpUrl url, Reader<T> reader) throws Failure, InterruptedIOException {
        return send(Http.Sending.of(request(url).get().build()), reader);
    }

    <T> T delete(HttpUrl url, Reader<T> reader) throws Failure, InterruptedIOException {
        return send(Http.Sending.of(request(url).delete().build()), reader);
    }

    /**
     * @param ifMatch what must be there; null for no such condition
     * @param claim whether it is sent once or not at all
     */
    <T> T put(HttpUrl url, byte[] body, @Nullable String ifMatch, boolean claim, Reader<T> reader)
            throws Failure, InterruptedIOException {
        Request.Builder request = request(url)
                .put(claim ? Bodies.once(body) : Bodies.of(body));
        if (ifMatch != null) {
            request.header("If-Match", ifMatch);
        }
        Http.Sending sending = Http.Sending.of(request.build()).carrying(body.length);
        return send(claim ? sending.onlyOnce() : sending, reader);
    }

    <T> T post(HttpUrl url, JsonText.Raw body, Reader<T> reader) throws Failure, InterruptedIOException {
        return send(Http.Sending.of(request(url)
                .post(RequestBody.create(body.json().getBytes(StandardCharsets.US_ASCII), JSON))
                .build()), reader);
    }

    private static Request.Builder request(HttpUrl url) {
        return new Request.Builder().url(url)
                .header("User-Agent", "Aloft")
                .header("Accept-Encoding", "identity");
    }

    private <T> T send(Http.Sending sending, Reader<T> reader) throws Failure, InterruptedIOException {
        return tokens.send(http, sending, response -> reader.read(response, error(response)));
    }

    private static GraphError error(Response response) {
        return response.isSuccessful() || response.isRedirect() ? GraphError.NONE : GraphError.of(response);
    }

    /** Puts all of an object to an address that lets in whoever knows it; sent once. */
    <T> T putOpen(HttpUrl address, byte[] body, Reader<T> reader) throws Failure, InterruptedIOException {
        Request request = request(address)
                .header("Content-Range", "bytes 0-" + (body.length - 1) + "/" + body.length)
                .put(Bodies.once(body))
                .build();
        return http.send(Http.Sending.of(request).carrying(body.length).onlyOnce(),
                response -> reader.read(response, error(response)));
    }

    /** Gets from such an address. */
    <T> T getOpen(HttpUrl address, @Nullable String range, long count, Http.Reader<T> reader)
            throws Failure, InterruptedIOException {
        Request.Builder request = request(address).get();
        if (range != null) {
            request.header("Range", range);
        }
        return http.send(Http.Sending.of(request.build()).carrying(count), reader);
    }

    /** An address that the cloud named: encrypted, unless all is on this computer. */
    HttpUrl open(@Nullable String named) throws Failure.Refused {
        HttpUrl url = named == null ? null : HttpUrl.parse(named);
        if (url == null || graph.isHttps() && !url.isHttps()) {
            throw new Failure.Refused("OneDrive names no address that can be used.", null);
        }
        return url;
    }
}
