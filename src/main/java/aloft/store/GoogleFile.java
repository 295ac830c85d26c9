package aloft.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file or folder at Google Drive.
 *
 * @param parent the id of its folder, empty when not told
 * @param size bytes; -1 when not told, as for folders
 * @param modified milliseconds since 1970
 * @param md5 in hex, empty when not told
 * @param turn which claim made it, from 1 on; 0 for what was not claimed
 * @param next the id that the next claim's file will have; empty when it names none
 */
record GoogleFile(String id, String name, String parent, boolean isFolder, long size, long modified,
        String md5, long turn, String next) {

    /** What to ask for. */
    static final String FIELDS = "id,name,parents,mimeType,size,modifiedTime,md5Checksum,appProperties";

    static final String FOLDER = "application/vnd.google-apps.folder";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,90}");

    /** Files of one answer, and where the next ones are. */
    record Page(List<GoogleFile> files, Optional<String> next) {}

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** What it is called in replacing: another one when it holds other bytes or is another file. */
    String version() {
        return id + ":" + md5;
    }

    /** Whether this one stands where both have the same name. */
    boolean isNewerThan(GoogleFile other) {
        return turn != other.turn
                ? turn > other.turn
                : modified != other.modified ? modified > other.modified : id.compareTo(other.id) > 0;
    }

    /** A file that is an answer by itself; empty when it has no usable id. */
    static Optional<GoogleFile> one(InputStream in) throws IOException {
        return read(in, "").files().stream().findFirst();
    }

    static Page page(InputStream in) throws IOException {
        return read(in, "files");
    }

    private static Page read(InputStream in, String at) throws IOException {
        var files = new ArrayList<GoogleFile>();
        var fields = new Fields();
        var next = new Object() {
            Optional<String> page = Optional.empty();
        };
        JsonFields.read(in, (path, text, end) -> {
            if (end && path.equals(at)) {
                fields.file().ifPresent(files::add);
                fields.clear();
            } else if (path.equals("nextPageToken")) {
                next.page = Optional.of(text);
            } else if (!end) {
                fields.take(at.isEmpty() ? path : path.substring(Math.min(path.length(), at.length() + 1)),
                        text);
            }
        });
        return new Page(List.copyOf(files), next.page);
    }

    private static final class Fields {
        private String id = "";
        private String name = "";
        private String parent = "";
        private boolean isFolder;
        private long size = -1;
        private long modified;
        private String md5 = "";
        private long turn;
        private String next = "";

        void take(String field, String text) {
            switch (field) {
                case "id" -> id = text;
                case "name" -> name = text;
                case "parents" -> parent = text;
                case "mimeType" -> isFolder = text.equals(FOLDER);
                case "size" -> size = CloudValues.number(text);
                case "modifiedTime" -> modified = CloudValues.millis(text);
                case "md5Checksum" -> md5 = text;
                case "appProperties/turn" -> turn = Math.max(0, CloudValues.number(text));
                case "appProperties/next" -> next = isId(text) ? text : "";
                default -> {
                    // of no use here
                }
            }
        }

        Optional<GoogleFile> file() {
            return isId(id)
                    ? Optional.of(new GoogleFile(id, name, parent, isFolder, size, modified, md5, turn, next))
                    : Optional.empty();
        }

        void clear() {
            id = "";
            name = "";
            parent = "";
            isFolder = false;
            size = -1;
            modified = 0;
            md5 = "";
            turn = 0;
            next = "";
        }
    }
}
