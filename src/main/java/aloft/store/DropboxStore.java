package aloft.store;

import aloft.failure.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import okhttp3.Response;

/**
 * A folder at Dropbox. An object is a file under its key; folders come by themselves. A version is the
 * revision that Dropbox gives a file.
 *
 * <p>
 * A claim is an upload with "add" and "strict_conflict": without the latter, writing the same bytes once
 * more would count as a success.
 */
final class DropboxStore implements Store {

    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(8);
    private static final String NO_SENSE = "Dropbox gives an answer that makes no sense.";

    private final Http http;
    private final Dropbox dropbox;
    private final String root;
    private volatile boolean waits = true;

    /**
     * @param http closed with this
     * @param root empty, or begins with '/'
     */
    DropboxStore(Http http, Dropbox dropbox, String root) {
        this.http = http;
        this.dropbox = dropbox;
        this.root = root;
    }

    private String path(String key) {
        return root + "/" + Keys.check(key);
    }

    @Override
    public void put(String key, byte[] body) throws Failure, InterruptedIOException {
        write(key, body, "overwrite", false);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] body) throws Failure, InterruptedIOException {
        return write(key, body, "add", true);
    }

    @Override
    public boolean replace(String key, byte[] body, String version) throws Failure, InterruptedIOException {
        Keys.check(key);
        return version.matches("[0-9a-f]{9,64}")
                && write(key, body, JsonText.object(".tag", "update", "update", version), true);
    }

    /** @return false when there is another one already, or another version of it */
    private boolean write(String key, byte[] body, Object mode, boolean claim)
            throws Failure, InterruptedIOException {
        JsonText.Raw argument = JsonText.object("path", path(key), "mode", mode, "autorename", false, "mute",
                true, "strict_conflict", claim, "content_hash", Dropbox.contentHash(body));
        return dropbox.upload(argument, body, claim, (response, error) -> {
            if (claim && error.is("path/conflict")) {
                return false;
            }
            check(response, error, claim);
            return true;
        });
    }

    private static void check(Response response, DropboxError error, boolean claim) throws Failure {
        if (!response.isSuccessful()) {
            throw error.failure(response, claim);
        }
    }

    @Override
    public Read get(String key, int limit) throws Failure, InterruptedIOException {
        return dropbox.download(JsonText.object("path", path(key)), Optional.empty(), limit,
                (response, error) -> {
                    checkThere(key, response, error);
                    return new Read(Bodies.whole(key, response, limit), revision(response));
                });
    }

    private static void checkThere(String key, Response response, DropboxError error) throws Failure {
        if (error.isNotFound()) {
            throw Bodies.missing(key);
        }
        check(response, error, false);
    }

    private static String revision(Response response) throws IOException {
        String result = response.header("Dropbox-API-Result");
        try {
            var in = new ByteArrayInputStream(
                    (result == null ? "" : result).getBytes(StandardCharsets.UTF_8));
            return JsonFields.text(in, "rev").orElseThrow(() -> new Failure.Refused(NO_SENSE, null));
        } catch (JsonFields.Malformed e) {
            throw new Failure.Refused(NO_SENSE, e);
        }
    }

    @Override
    public void read(String key, long offset, int length, Sink sink)
            throws Failure, InterruptedIOException {
        JsonText.Raw argument = JsonText.object("path", path(key));
        Objects.checkFromIndexSize(offset, (long) length, Long.MAX_VALUE);
        if (length > 0) {
            dropbox.download(argument, Optional.of(Bodies.range(offset, length)), length,
                    (response, error) -> {
                        if (response.code() != 416) {
                            checkThere(key, response, error);
                        }
                        Bodies.part(key, response, offset, length, sink);
                        return true;
                    });
        }
    }

    @Override
    public Optional<byte[]> await(String key, int limit, Duration time)
            throws Failure, InterruptedIOException {
        if (time.compareTo(SHORTEST_WAIT) < 0) {
            return found(key, limit);
        }
        // in this order, what comes in between is news
        String cursor = cursor(path(key));
        Optional<byte[]> there = found(key, limit);
        if (there.isPresent()) {
            return there;
        }
        waits = waited(cursor, time.compareTo(LONGEST_WAIT) < 0 ? time : LONGEST_WAIT);
        return waits ? found(key, limit) : Optional.empty();
    }

    private Optional<byte[]> found(String key, int limit) throws Failure, InterruptedIOException {
        return Store.super.await(key, limit, Duration.ZERO);
    }

    /** Where the changes of the nearest folder that is there stand, seen from below it. */
    private String cursor(String path) throws Failure, InterruptedIOException {
        String folder = path;
        Optional<String> cursor = Optional.empty();
        while (cursor.isEmpty() && !folder.isEmpty()) {
            folder = folder.substring(0, folder.lastIndexOf('/'));
            cursor = dropbox.call("files/list_folder/get_latest_cursor",
                    JsonText.object("path", folder, "recursive", false), this::cursor);
        }
        return cursor.orElse("");
    }

    private Optional<String> cursor(Response response, DropboxError error) throws IOException {
        if (error.isNotFound()) {
            return Optional.empty();
        }
        check(response, error, false);
        return JsonFields.text(response.body().byteStream(), "cursor");
    }

    /** @return false when there was no waiting, and others have to make pauses */
    private boolean waited(String cursor, Duration time) throws InterruptedIOException {
        if (cursor.isEmpty()) {
            return false;
        }
        try {
            return dropbox.longPoll(cursor, time, (response, error) -> {
                check(response, error, false);
                return JsonFields.text(response.body().byteStream(), "backoff").isEmpty();
            });
        } catch (InterruptedIOException e) {
            throw e;
        } catch (Failure e) {
            // the one host that is of no use for anything else need not be reached
            return false;
        }
    }

    /** Until Dropbox lets nobody wait. */
    @Override
    public boolean canAwait() {
        return waits;
    }

    @Override
    public void list(String prefix, Listing to) throws Failure, InterruptedIOException {
        new DropboxListing(dropbox, root, Keys.checkPrefix(prefix), to).run();
    }

    @Override
    public void delete(String key) throws Failure, InterruptedIOException {
        dropbox.call("files/delete_v2", JsonText.object("path", path(key)), (response, error) -> {
            if (!error.isNotFound()) {
                check(response, error, false);
            }
            return true;
        });
    }

    @Override
    public Space space() throws Failure, InterruptedIOException {
        return dropbox.call("users/get_space_usage", new JsonText.Raw("null"), (response, error) -> {
            check(response, error, false);
            var found = new Object() {
                long used = -1;
                long total = -1;
            };
            JsonFields.read(response.body().byteStream(), (path, text, end) -> {
                switch (path) {
                    case "used", "allocation/used" ->
                        found.used = Math.max(found.used, CloudValues.number(text));
                    case "allocation/allocated" -> found.total = CloudValues.number(text);
                    default -> {
                        // of no use here
                    }
                }
            });
            return new Space(found.total, found.used);
        });
    }

    @Override
    public Promise promise() {
        return Promise.ATOMIC;
    }

    @Override
    public String toString() {
        return "Dropbox" + root;
    }

    @Override
    public void close() {
        http.close();
    }
}
