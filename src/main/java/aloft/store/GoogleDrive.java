package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Requests to Google Drive's API, version 3: files by their ids, searches, contents. A token that ended is
 * replaced, and the request sent again. Thread safe.
 */
final class GoogleDrive {

    static final HttpUrl API = HttpUrl.get("https://www.googleapis.com/");
    static final HttpUrl LOGIN = HttpUrl.get("https://oauth2.googleapis.com/");
    static final MediaType JSON = MediaType.get("application/json; charset=UTF-8");

    private static final int MAX_IDS = 1_000;

    private final Http http;
    private final HttpUrl api;
    private final AccessTokens tokens;

    /**
     * @param http follows no redirects
     * @param api ends with '/'
     */
    GoogleDrive(Http http, HttpUrl api, AccessTokens tokens) {
        this.http = http;
        this.api = api;
        this.tokens = tokens;
    }

    /** Takes what it needs from the answer. */
    @FunctionalInterface
    interface Reader<T> {
        /** @param error {@link GoogleError#NONE} for what is none, as a 308 and a 416 */
        T read(Response response, GoogleError error) throws IOException;
    }

    /** @param path below "drive/v3/" */
    HttpUrl.Builder url(String path) {
        return api.newBuilder().addPathSegments("drive/v3/" + path);
    }

    /** @param path below "upload/drive/v3/" */
    HttpUrl.Builder uploads(String path) {
        return api.newBuilder()
                .addPathSegments("upload/drive/v3/" + path)
                .addQueryParameter("fields", GoogleFile.FIELDS);
    }

    /** The address of an upload, which must lie where the API does: a token goes along. */
    HttpUrl session(@Nullable String named) throws Failure.Refused {
        HttpUrl url = named == null ? null : HttpUrl.parse(named);
        if (url == null || !Http.isSameOrigin(url, api)) {
            throw new Failure.Refused("Google Drive sends to another host for an upload.", null);
        }
        return url;
    }

    static Request.Builder request(HttpUrl url) {
        return new Request.Builder().url(url)
                .header("User-Agent", "Aloft")
                .header("Accept-Encoding", "identity");
    }

    <T> T send(Http.Sending sending, Reader<T> reader) throws Failure, InterruptedIOException {
        return tokens.send(http, sending, response -> reader.read(response, error(response)));
    }

    private static GoogleError error(Response response) {
        return response.isSuccessful() || response.code() == 308 || response.code() == 416
                ? GoogleError.NONE
                : GoogleError.of(response);
    }

    static void check(Response response, GoogleError error, boolean claim) throws Failure {
        if (!response.isSuccessful()) {
            throw error.failure(response, claim);
        }
    }

    /** The file with this id, empty when there is none. What lies in the trash is there. */
    Optional<GoogleFile> file(String id) throws Failure, InterruptedIOException {
        HttpUrl url = url("files/" + id).addQueryParameter("fields", GoogleFile.FIELDS).build();
        return send(Http.Sending.of(request(url).get().build()), (response, error) -> {
            if (response.code() == 404) {
                return Optional.empty();
            }
            check(response, error, false);
            return GoogleFile.one(response.body().byteStream());
        });
    }

    /**
     * A page of what is not in the trash; what was made just now may be missing.
     *
     * @param query after Google's grammar
     * @param order by which they come; empty for any
     * @param page to go on with, empty for the first
     * @throws Failure.Missing when there is no folder that the query names
     */
    GoogleFile.Page search(String query, String order, int count, String page)
            throws Failure, InterruptedIOException {
        HttpUrl.Builder url = url("files").addQueryParameter("q", query + " and trashed = false")
                .addQueryParameter("spaces", "drive")
                .addQueryParameter("pageSize", Integer.toString(count))
                .addQueryParameter("fields", "nextPageToken,files(" + GoogleFile.FIELDS + ")");
        if (!order.isEmpty()) {
            url.addQueryParameter("orderBy", order);
        }
        if (!page.isEmpty()) {
            url.addQueryParameter("pageToken", page);
        }
        return send(Http.Sending.of(request(url.build()).get().build()), (response, error) -> {
            check(response, error, false);
            return GoogleFile.page(response.body().byteStream());
        });
    }

    /** Ids for files that are not there yet. */
    List<String> newIds(int count) throws Failure, InterruptedIOException {
        HttpUrl url = url("files/generateIds").addQueryParameter("count", Integer.toString(count))
                .addQueryParameter("space", "drive")
                .addQueryParameter("fields", "ids")
                .build();
        return send(Http.Sending.of(request(url).get().build()), (response, error) -> {
            check(response, error, false);
            var ids = new ArrayList<String>();
            JsonFields.read(response.body().byteStream(), (path, text, end) -> {
                if (path.equals("ids") && GoogleFile.isId(text) && ids.size() < MAX_IDS) {
                    ids.add(text);
                }
            });
            if (ids.isEmpty()) {
                throw new Failure.Refused("Google Drive gives an answer that makes no sense.", null);
            }
            return List.copyOf(ids);
        });
    }

    /**
     * Makes a file without content, such as a folder.
     *
     * @return empty when there is one with its id already, or its parent is gone
     */
    Optional<GoogleFile> make(JsonText.Raw file) throws Failure, InterruptedIOException {
        HttpUrl url = url("files").addQueryParameter("fields", GoogleFile.FIELDS).build();
        var body = RequestBody.create(file.json().getBytes(StandardCharsets.US_ASCII), JSON);
        return send(Http.Sending.of(request(url).post(body).build()).onlyOnce(), (response, error) -> {
            if (response.code() == 409) {
                return Optional.empty();
            }
            check(response, error, true);
            return GoogleFile.one(response.body().byteStream());
        });
    }

    /** Deletes it for good; nothing happens when there is none. */
    void delete(String id) throws Failure, InterruptedIOException {
        send(Http.Sending.of(request(url("files/" + id).build()).delete().build()), (response, error) -> {
            if (response.code() != 404) {
                check(response, error, false);
            }
            return true;
        });
    }

    /**
     * @param range of the bytes; null for all
     * @param count bytes that come
     */
    <T> T content(String id, @Nullable String range, long count, Reader<T> reader)
            throws Failure, InterruptedIOException {
        Request.Builder request = request(
                url("files/" + id).addQueryParameter("alt", "media").build()).get();
        if (range != null) {
            request.header("Range", range);
        }
        return send(Http.Sending.of(request.build()).carrying(count), reader);
    }
}
