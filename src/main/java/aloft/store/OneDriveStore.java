package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A folder at OneDrive. An object is a file under its key; folders come by themselves. A version is the
 * SHA-256 of the bytes. A claim is an upload with the conflict behaviour "fail"; whether that holds is
 * tried first.
 */
final class OneDriveStore implements Store {

    /** Larger ones go up in an upload session. */
    private static final int MAX_SIMPLE = 4_000_000;
    private static final int MAX_REPLACED = 64 << 20;
    private static final String BEHAVIOR = "@microsoft.graph.conflictBehavior";

    private final Http http;
    private final OneDrive drive;
    private final OneDriveContents contents;
    private final Patience patience;
    private final String name;
    private volatile @Nullable Promise promise;

    /** @param http closed with this */
    OneDriveStore(Http http, OneDrive drive, Patience patience, String name) {
        this.http = http;
        this.drive = drive;
        this.contents = new OneDriveContents(drive, patience);
        this.patience = patience;
        this.name = name;
    }

    @Override
    public void put(String key, byte[] body) throws Failure, InterruptedIOException {
        write(Keys.check(key), body, "replace", null);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] body) throws Failure, InterruptedIOException {
        Keys.check(key);
        if (promise() == Promise.NONE && item(key).isPresent()) {
            return false;
        }
        return write(key, body, "fail", null);
    }

    @Override
    public boolean replace(String key, byte[] body, String version) throws Failure, InterruptedIOException {
        Keys.check(key);
        Optional<String> tag = item(key);
        if (tag.isEmpty()) {
            return false;
        }
        try {
            contents.forget(key);
            return Hashes.sha256Hex(contents.get(key, MAX_REPLACED)).equals(version)
                    && write(key, body, "replace", tag.get());
        } catch (Failure.Missing e) {
            return false;
        }
    }

    /** The tag of an item, empty when there is none. */
    private Optional<String> item(String key) throws Failure, InterruptedIOException {
        HttpUrl url = drive.url(key, "").newBuilder().addQueryParameter("$select", "id,eTag").build();
        return drive.get(url, (response, error) -> {
            if (response.code() == 404) {
                return Optional.empty();
            }
            check(response, error, false);
            return JsonFields.text(response.body().byteStream(), "eTag");
        });
    }

    /** @return false when the condition does not hold */
    private boolean write(String path, byte[] body, String behavior, @Nullable String tag)
            throws Failure, InterruptedIOException {
        contents.forget(path);
        boolean claim = behavior.equals("fail") || tag != null;
        if (body.length > MAX_SIMPLE) {
            return writeInSession(path, body, behavior, tag, claim);
        }
        HttpUrl url = drive.url(path, "content").newBuilder().addQueryParameter(BEHAVIOR, behavior).build();
        return drive.put(url, body, tag, claim,
                (response, error) -> isWritten(response, error, claim));
    }

    private static boolean isWritten(Response response, GraphError error, boolean claim) throws Failure {
        boolean conflict = response.code() == 412
                || response.code() == 409 && (error.code().equals("nameAlreadyExists")
                        || error.code().equals("resourceModified"));
        if (claim && conflict) {
            return false;
        }
        if (response.code() == 409) {
            throw new Failure.Busy("OneDrive is still busy with this file.", Duration.ZERO);
        }
        check(response, error, claim);
        return true;
    }

    private boolean writeInSession(String path, byte[] body, String behavior, @Nullable String tag,
            boolean claim) throws Failure, InterruptedIOException {
        if (tag != null && !Optional.of(tag).equals(item(path))) {
            return false;
        }
        JsonText.Raw wish = JsonText.object("item", JsonText.object(BEHAVIOR, behavior));
        Optional<String> session = drive.post(drive.url(path, "createUploadSession"), wish,
                (response, error) -> {
                    if (claim && response.code() == 409) {
                        return Optional.empty();
                    }
                    check(response, error, false);
                    return Optional
                            .of(JsonFields.text(response.body().byteStream(), "uploadUrl").orElse(""));
                });
        return session.isPresent() && drive.putOpen(drive.open(session.get()), body,
                (response, error) -> isWritten(response, error, claim));
    }

    private static void check(Response response, GraphError error, boolean claim) throws Failure {
        if (!response.isSuccessful()) {
            throw error.failure(response, claim);
        }
    }

    @Override
    public Read get(String key, int limit) throws Failure, InterruptedIOException {
        byte[] bytes = contents.get(Keys.check(key), limit);
        return new Read(bytes, Hashes.sha256Hex(bytes));
    }

    @Override
    public void read(String key, long offset, int length, Sink sink)
            throws Failure, InterruptedIOException {
        Keys.check(key);
        Objects.checkFromIndexSize(offset, (long) length, Long.MAX_VALUE);
        if (length > 0) {
            contents.read(key, offset, length, sink);
        }
    }

    @Override
    public void list(String prefix, Listing to) throws Failure, InterruptedIOException {
        Keys.checkPrefix(prefix);
        Deque<String> open = new ArrayDeque<>(List.of(prefix));
        while (!open.isEmpty()) {
            String folder = open.remove();
            String path = folder.isEmpty() ? "" : folder.substring(0, folder.length() - 1);
            HttpUrl page = drive.url(path, "children")
                    .newBuilder()
                    .addQueryParameter("$top", "200")
                    .addQueryParameter("$select", "name,size,folder,file,lastModifiedDateTime")
                    .build();
            for (Optional<HttpUrl> next = Optional.of(page); next.isPresent();) {
                next = page(next.get(), folder, open, to);
            }
        }
    }

    private Optional<HttpUrl> page(HttpUrl url, String folder, Deque<String> open, Listing to)
            throws Failure, InterruptedIOException {
        return drive.get(url, (response, error) -> {
            if (response.code() == 404) {
                return Optional.empty();
            }
            check(response, error, false);
            var child = new Child();
            JsonFields.read(response.body().byteStream(), (path, text, end) -> {
                switch (path) {
                    case "@odata.nextLink" -> child.next = Optional.of(drive.next(text));
                    case "value/name" -> child.name = text;
                    case "value/size" -> child.size = CloudValues.number(text);
                    case "value/lastModifiedDateTime" -> child.modified = CloudValues.millis(text);
                    case "value/folder" -> child.isFolder = true;
                    case "value" -> {
                        child.tell(folder, open, to);
                        child.clear();
                    }
                    default -> {
                        // of no use here
                    }
                }
            });
            return child.next;
        });
    }

    private static final class Child {
        private Optional<HttpUrl> next = Optional.empty();
        private String name = "";
        private long size = -1;
        private long modified;
        private boolean isFolder;

        void tell(String folder, Deque<String> open, Listing to) {
            String key = folder + OneDrive.segment(name);
            if (Keys.isKey(key) && isFolder) {
                open.add(key + "/");
            } else if (Keys.isKey(key) && size >= 0) {
                to.accept(new Listed(key, size, modified));
            }
        }

        void clear() {
            name = "";
            size = -1;
            modified = 0;
            isFolder = false;
        }
    }

    @Override
    public void delete(String key) throws Failure, InterruptedIOException {
        contents.forget(key);
        drive.delete(drive.url(Keys.check(key), ""), (response, error) -> {
            if (response.code() != 404) {
                check(response, error, false);
            }
            return true;
        });
    }

    @Override
    public Space space() throws Failure, InterruptedIOException {
        return drive.get(drive.drive(), (response, error) -> {
            if (response.code() == 403) {
                // the permission for the program's own folder need not reach this far
                return Space.UNKNOWN;
            }
            check(response, error, false);
            return CloudValues.space(response, "quota/total", "quota/used");
        });
    }

    @Override
    public Promise promise() throws Failure, InterruptedIOException {
        Promise known = promise;
        if (known == null) {
            known = honoursConditions() ? Promise.ATOMIC : Promise.NONE;
            promise = known;
        }
        return known;
    }

    private boolean honoursConditions() throws Failure, InterruptedIOException {
        String path = "aloft try " + DavLease.nonce(patience);
        boolean honours = write(path, new byte[]{1}, "fail", null)
                && !write(path, new byte[]{2}, "fail", null)
                && Arrays.equals(contents.get(path, 1), new byte[]{1});
        drive.delete(drive.url(path, ""), (_, _) -> true);
        return honours;
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        http.close();
    }
}
