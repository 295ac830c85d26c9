package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** What lies in a folder and how much space there is, by PROPFIND. */
final class DavListing {

    private static final MediaType XML = MediaType.get("application/xml; charset=utf-8");
    private static final String CONTENT = asking("<resourcetype/><getcontentlength/><getlastmodified/>");
    private static final String QUOTA = asking("<quota-available-bytes/><quota-used-bytes/>");

    private static final int MAX_TRIES = 10;

    private final Dav dav;

    DavListing(Dav dav) {
        this.dav = dav;
    }

    private static String asking(String properties) {
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?><propfind xmlns=\"DAV:\"><prop>" + properties
                + "</prop></propfind>";
    }

    /**
     * @param size of a file, -1 when the server does not tell
     * @param modified milliseconds since 1970; what has no time that can be read counts as made just now
     * @param now the server's time
     */
    record Child(String name, boolean isFolder, long size, long modified, long now) {}

    /**
     * Tells what is directly in the folder.
     *
     * @param path of the folder, empty or with '/' at its end
     * @return false when there is no such folder
     */
    boolean list(String path, Consumer<Child> to) throws Failure, InterruptedIOException {
        return list(path, "1", to);
    }

    /** The names directly in the folder, none when it is missing. */
    List<String> names(String path) throws Failure, InterruptedIOException {
        for (int tries = 1;; tries++) {
            try {
                var names = new ArrayList<String>();
                list(path, child -> names.add(child.name()));
                return names;
            } catch (Failure.Unreachable e) {
                // nginx says 500 when something in the folder goes away just then
                if (e.getCause() != null || tries == MAX_TRIES) {
                    throw e;
                }
            }
        }
    }

    boolean isFolder(String path) throws Failure, InterruptedIOException {
        return list(path, "0", _ -> {});
    }

    private boolean list(String path, String depth, Consumer<Child> to)
            throws Failure, InterruptedIOException {
        Request request = request(path, depth, CONTENT);
        return dav.send(request, response -> {
            if (response.code() == 404) {
                return false;
            }
            var children = new Children(request.url(), millis(response.header("Date"),
                    System.currentTimeMillis()), to);
            read(response, children);
            return children.isFolder();
        });
    }

    Store.Space space() throws Failure, InterruptedIOException {
        return dav.send(request("", "0", QUOTA), response -> {
            var found = new ArrayList<Multistatus.Properties>();
            if (response.code() != 404) {
                read(response, entry -> found.add(entry.properties()));
            }
            if (found.isEmpty() || found.getFirst().used() < 0) {
                return Store.Space.UNKNOWN;
            }
            long available = found.getFirst().available();
            long used = found.getFirst().used();
            return new Store.Space(available < 0 ? -1 : used + available, used);
        });
    }

    private Request request(String path, String depth, String body) {
        return dav.request(path)
                .method("PROPFIND", RequestBody.create(body, XML))
                .header("Depth", depth)
                .build();
    }

    private void read(Response response, Consumer<Multistatus.Entry> to) throws IOException {
        if (response.code() != 207) {
            throw Troubles.refused(response, false);
        }
        try {
            Multistatus.read(response.body().byteStream(), to);
        } catch (XmlGuard.Malformed e) {
            throw new Failure.Refused(Troubles.host(dav.base())
                    + " answers with what is no WebDAV: is the place right?", e);
        }
    }

    private static long millis(@Nullable String date, long otherwise) {
        if (date == null) {
            return otherwise;
        }
        try {
            return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant().toEpochMilli();
        } catch (DateTimeException e) {
            return otherwise;
        }
    }

    /** The entries of an answer that are in the folder asked for; one of them is the folder itself. */
    private static final class Children implements Consumer<Multistatus.Entry> {

        private final HttpUrl folder;
        private final List<String> path;
        private final long now;
        private final Consumer<Child> to;
        private boolean isFolder;
        private boolean isFile;
        private boolean isOther;

        Children(HttpUrl folder, long now, Consumer<Child> to) {
            this.folder = folder;
            this.path = segments(folder);
            this.now = now;
            this.to = to;
        }

        /** The decoded path, however it is encoded and whether or not a '/' ends it. */
        private static List<String> segments(HttpUrl url) {
            List<String> segments = url.pathSegments();
            return segments.getLast().isEmpty() ? segments.subList(0, segments.size() - 1) : segments;
        }

        @Override
        public void accept(Multistatus.Entry entry) {
            HttpUrl url = folder.resolve(entry.href());
            List<String> found = url == null ? List.of() : segments(url);
            Multistatus.Properties properties = entry.properties();
            if (found.equals(path)) {
                isFolder |= properties.isFolder();
                isFile |= !properties.isFolder();
            } else if (found.size() == path.size() + 1 && found.subList(0, path.size()).equals(path)) {
                to.accept(new Child(found.getLast(), properties.isFolder(), properties.size(),
                        millis(properties.modified(), now), now));
            } else {
                isOther = true;
            }
        }

        boolean isFolder() throws Failure.Refused {
            if (!isFolder && !isFile && isOther) {
                throw new Failure.Refused(Troubles.host(folder)
                        + " calls its folders by other paths than the place does: use the path that it names.",
                        null);
            }
            return isFolder;
        }
    }
}
