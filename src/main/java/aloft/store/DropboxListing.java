package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import okhttp3.Response;

/** A listing of all files below a folder, page by page. For one thread. */
final class DropboxListing {

    private static final int MAX_RESTARTS = 3;

    private final Dropbox dropbox;
    private final String folder;
    private final int parts;
    private final String prefix;
    private final Store.Listing to;
    private String cursor = "";
    private boolean more;

    DropboxListing(Dropbox dropbox, String root, String prefix, Store.Listing to) {
        this.dropbox = dropbox;
        this.folder = prefix.isEmpty() ? root : root + "/" + prefix.substring(0, prefix.length() - 1);
        this.parts = root.split("/", -1).length;
        this.prefix = prefix;
        this.to = to;
    }

    void run() throws Failure, InterruptedIOException {
        for (int starts = 0; starts <= MAX_RESTARTS; starts++) {
            more = true;
            boolean whole = page("files/list_folder", JsonText.object("path", folder, "recursive", true,
                    "limit", 2000));
            while (whole && more) {
                whole = page("files/list_folder/continue", JsonText.object("cursor", cursor));
            }
            if (whole) {
                return;
            }
        }
        throw new Failure.Busy("Dropbox begins its list anew again and again.", Duration.ZERO);
    }

    /** @return false when Dropbox wants the list to be begun anew */
    private boolean page(String function, JsonText.Raw argument) throws Failure, InterruptedIOException {
        return dropbox.call(function, argument, (response, error) -> {
            if (error.is("reset")) {
                return false;
            }
            if (error.isNotFound()) {
                more = false;
                return true;
            }
            if (!response.isSuccessful()) {
                throw error.failure(response, false);
            }
            read(response);
            return true;
        });
    }

    private void read(Response response) throws IOException {
        more = false;
        String before = cursor;
        var entry = new Entry();
        JsonFields.read(response.body().byteStream(), (path, text, end) -> {
            switch (path) {
                case "cursor" -> cursor = text;
                case "has_more" -> more = text.equals("true");
                case "entries" -> {
                    tell(entry);
                    entry.clear();
                }
                case "entries/.tag" -> entry.tag = text;
                case "entries/path_display" -> entry.path = text;
                case "entries/size" -> entry.size = CloudValues.number(text);
                case "entries/server_modified" -> entry.modified = CloudValues.millis(text);
                default -> {
                    // of no use here
                }
            }
        });
        if (more && cursor.equals(before)) {
            throw new Failure.Refused("Dropbox gives the same page of its list again and again.", null);
        }
    }

    private void tell(Entry entry) {
        // the folders above may be shown in another case than they were asked for
        String[] names = entry.path.split("/", parts + 1);
        String shown = names.length > parts ? names[parts] : "";
        boolean inside = shown.regionMatches(true, 0, prefix, 0, prefix.length());
        String key = inside ? prefix + shown.substring(prefix.length()) : "";
        if (entry.tag.equals("file") && entry.size >= 0 && Keys.isKey(key)) {
            to.accept(new Store.Listed(key, entry.size, entry.modified));
        }
    }

    private static final class Entry {
        private String tag = "";
        private String path = "";
        private long size = -1;
        private long modified;

        void clear() {
            tag = "";
            path = "";
            size = -1;
            modified = 0;
        }
    }
}
