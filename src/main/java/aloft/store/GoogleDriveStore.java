package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A folder at Google Drive. An object is a file in folders as its key says; where several have one name, that
 * of the latest claim is the object, else the newest. A version is the file's id and the MD5 of its bytes.
 * Claims and the folders in between are made with {@link GoogleTurns}; a replacement is a new file.
 */
final class GoogleDriveStore implements Store {

    private static final int PAGE = 1_000;

    private final Http http;
    private final GoogleDrive drive;
    private final GoogleUploads uploads;
    private final GoogleNames names;
    private final GoogleTurns turns;
    private final Patience patience;
    private final String name;
    /** Claims of one process would only get in each other's way. */
    private final ReentrantLock making = new ReentrantLock();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * @param http closed with this
     * @param path folders from the outermost on; at least one
     * @param patience for claims among others
     */
    GoogleDriveStore(Http http, GoogleDrive drive, List<String> path, Patience patience, String name) {
        this.http = http;
        this.drive = drive;
        this.uploads = new GoogleUploads(drive);
        this.names = new GoogleNames(drive, path);
        this.turns = new GoogleTurns(drive, uploads, names, patience, closed);
        // how long a search may lag behind
        this.patience = patience.between(Duration.ofMillis(200), Duration.ofSeconds(1),
                Duration.ofSeconds(3));
        this.name = name;
    }

    private static String last(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    private static List<String> folders(String key) {
        List<String> all = List.of(key.split("/", -1));
        return all.subList(0, all.size() - 1);
    }

    /** The id of the folder that a key's file lies in. */
    private Optional<String> folder(String key) throws Failure, InterruptedIOException {
        Optional<String> at = names.root().map(GoogleFile::id);
        for (String each : folders(key)) {
            if (at.isPresent()) {
                at = child(at.get(), each).filter(GoogleFile::isFolder).map(GoogleFile::id);
            }
        }
        return at;
    }

    private Optional<GoogleFile> child(String parent, String called) throws Failure, InterruptedIOException {
        Optional<GoogleFile> found = names.child(parent, called);
        if (found.isEmpty()) {
            turns.advance();
            found = names.known(parent, called);
        }
        return found;
    }

    /** @param fresh whether it was made just now, and is empty but for what other devices put there meanwhile */
    private record Made(String id, boolean fresh) {}

    private Made madeFolder(String key) throws Failure, InterruptedIOException {
        String at = names.madeRoot().id();
        boolean fresh = false;
        for (String each : folders(key)) {
            String parent = at;
            Optional<GoogleFile> there = names.child(parent, each);
            fresh = there.isEmpty() && makeFolder(parent, each);
            if (there.isEmpty()) {
                there = names.known(parent, each);
            }
            at = there.filter(GoogleFile::isFolder)
                    .map(GoogleFile::id)
                    .orElseThrow(() -> new Failure.Refused("At " + name + ", " + each + " is no folder.",
                            null));
        }
        return new Made(at, fresh);
    }

    /** @return whether it was made here */
    private boolean makeFolder(String parent, String called) throws Failure, InterruptedIOException {
        try {
            making.lockInterruptibly();
        } catch (InterruptedException e) {
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
        try {
            return names.known(parent, called).isEmpty()
                    && turns.claim(parent, called, null, () -> names.current(parent, called).isEmpty());
        } finally {
            making.unlock();
        }
    }

    @Override
    public void put(String key, byte[] body) throws Failure, InterruptedIOException {
        Made folder = madeFolder(Keys.check(key));
        String parent = folder.id();
        String called = last(key);
        Optional<GoogleFile> there = folder.fresh() ? Optional.empty() : names.child(parent, called);
        if (there.isPresent()
                && uploads.replace(there.get().id(), JsonText.object(),
                        body) == GoogleUploads.Outcome.DONE) {
            return;
        }
        names.forget(parent, called);
        var file = new GoogleFile(names.newId(), called, parent, false, -1, 0, "", 0, "");
        // if the answer is lost, the next try finds it and makes no second one
        names.remember(file);
        GoogleUploads.Outcome outcome = uploads.create(JsonText.object("id", file.id(), "name", called,
                "parents", new JsonText.Raw("[\"" + parent + "\"]")), body);
        if (outcome != GoogleUploads.Outcome.DONE) {
            names.forgetAll();
            throw new Failure.Busy("Google Drive has no folder for " + key + " at present.", Duration.ZERO);
        }
    }

    @Override
    public boolean putIfAbsent(String key, byte[] body) throws Failure, InterruptedIOException {
        String parent = madeFolder(Keys.check(key)).id();
        String called = last(key);
        return turns.claim(parent, called, body, () -> names.current(parent, called).isEmpty());
    }

    @Override
    public boolean replace(String key, byte[] body, String version) throws Failure, InterruptedIOException {
        Optional<String> parent = folder(Keys.check(key));
        if (parent.isEmpty()) {
            return false;
        }
        String called = last(key);
        if (!turns.areExclusive()) {
            Optional<GoogleFile> old = current(parent.get(), called, version);
            return old.isPresent() && uploads.replace(old.get().id(), JsonText.object(),
                    body) == GoogleUploads.Outcome.DONE;
        }
        boolean replaced = turns.claim(parent.get(), called, body,
                () -> current(parent.get(), called, version).isPresent());
        if (replaced) {
            String own = names.known(parent.get(), called).map(GoogleFile::id).orElse("");
            for (GoogleFile each : names.all(parent.get(), called)) {
                if (!each.id().equals(own) && version.startsWith(each.id() + ":")) {
                    remove(each);
                }
            }
        }
        return replaced;
    }

    private Optional<GoogleFile> current(String parent, String called, String version)
            throws Failure, InterruptedIOException {
        return names.current(parent, called).filter(file -> file.version().equals(version));
    }

    @Override
    public Read get(String key, int limit) throws Failure, InterruptedIOException {
        return content(key, null, limit, (file, response) -> {
            byte[] bytes = Bodies.whole(key, response, limit);
            return new Read(bytes, file.id() + ":" + Hashes.md5Hex(bytes));
        });
    }

    @Override
    public void read(String key, long offset, int length, Sink sink)
            throws Failure, InterruptedIOException {
        Keys.check(key);
        Objects.checkFromIndexSize(offset, (long) length, Long.MAX_VALUE);
        if (length == 0) {
            return;
        }
        long since = patience.now();
        for (int tries = 1;; tries++) {
            try {
                content(key, Bodies.range(offset, length), length, (_, response) -> {
                    Bodies.part(key, response, offset, length, sink);
                    return true;
                });
                return;
            } catch (Failure.Missing e) {
                // another device may have put it just now
                patience.pause(tries, since, e, closed);
            }
        }
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(GoogleFile file, Response response) throws IOException;
    }

    private <T> T content(String key, @Nullable String range, long count,
            Reader<T> reader) throws Failure, InterruptedIOException {
        for (boolean last = false;; last = true) {
            Optional<String> parent = folder(Keys.check(key));
            Optional<GoogleFile> file = parent.isEmpty()
                    ? Optional.empty()
                    : child(parent.get(), last(key)).filter(found -> !found.isFolder());
            if (file.isEmpty()) {
                throw Bodies.missing(key);
            }
            Optional<T> result = drive.content(file.get().id(), range, count, (response, error) -> {
                if (response.code() == 404) {
                    return Optional.empty();
                }
                if (response.code() != 416) {
                    GoogleDrive.check(response, error, false);
                }
                return Optional.of(Objects.requireNonNull(reader.read(file.get(), response)));
            });
            if (result.isPresent()) {
                return result.get();
            }
            names.forget(file.get().parent(), file.get().name());
            if (last) {
                throw Bodies.missing(key);
            }
        }
    }

    @Override
    public void list(String prefix, Listing to) throws Failure, InterruptedIOException {
        Optional<String> start = folder(Keys.checkPrefix(prefix));
        record Open(String id, String prefix) {}
        Deque<Open> open = new ArrayDeque<>();
        start.ifPresent(id -> open.add(new Open(id, prefix)));
        while (!open.isEmpty()) {
            Open folder = open.remove();
            for (Optional<String> page = Optional.of(""); page.isPresent();) {
                GoogleFile.Page found = names.search("'" + folder.id() + "' in parents", "", PAGE,
                        page.get());
                for (GoogleFile file : found.files()) {
                    String key = folder.prefix() + file.name();
                    if (Keys.isKey(key) && file.isFolder()) {
                        open.add(new Open(file.id(), key + "/"));
                    } else if (Keys.isKey(key) && file.size() >= 0) {
                        names.remember(file);
                        to.accept(new Listed(key, file.size(), file.modified()));
                    }
                }
                page = found.next();
            }
        }
    }

    @Override
    public void delete(String key) throws Failure, InterruptedIOException {
        Optional<String> parent = folder(Keys.check(key));
        if (parent.isPresent()) {
            for (GoogleFile file : names.all(parent.get(), last(key))) {
                remove(file);
            }
            names.forget(parent.get(), last(key));
        }
    }

    private void remove(GoogleFile file) throws Failure, InterruptedIOException {
        if (file.turn() > 0) {
            turns.close(file.turn());
        }
        drive.delete(file.id());
    }

    @Override
    public Space space() throws Failure, InterruptedIOException {
        HttpUrl url = drive.url("about").addQueryParameter("fields", "storageQuota").build();
        return drive.send(Http.Sending.of(GoogleDrive.request(url).get().build()), (response, error) -> {
            GoogleDrive.check(response, error, false);
            return CloudValues.space(response, "storageQuota/limit", "storageQuota/usage");
        });
    }

    @Override
    public Promise promise() throws Failure, InterruptedIOException {
        return turns.areExclusive() ? Promise.ATOMIC : Promise.NONE;
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        closed.countDown();
        http.close();
    }
}
