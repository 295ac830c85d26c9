package aloft.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a vault lies, as the user names it. It holds no secret. As text it can be parsed again. */
public sealed interface Place permits Place.Folder, Place.Web, S3Place, AccountPlace {

    /** The last part of it: what a drive on it is called when nothing else is said. */
    String name();

    /**
     * {@code https://user@host/path}, {@code http://…}, {@code nextcloud://user@host/folder}, {@code
     * s3://bucket/prefix}, {@code dropbox:/folder}, {@code onedrive:/folder}, {@code gdrive:/folder} or the
     * path of a folder.
     *
     * @throws IllegalArgumentException when it is none of these; the message is for the user
     */
    static Place parse(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("The place is empty.");
        }
        var scheme = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*):").matcher(text);
        if (!scheme.find()) {
            return folder(text);
        }
        return switch (scheme.group(1).toLowerCase(Locale.ROOT)) {
            case "http", "https" -> Web.of(uri(text));
            case "nextcloud" -> Web.ofNextcloud(uri(text));
            case "s3" -> S3Place.of(text);
            case String kind when Account.isScheme(kind) -> AccountPlace.of(text);
            case "file" -> folder(uri(text).getPath());
            default -> throw new IllegalArgumentException("\"" + scheme.group(1)
                    + ":\" is no kind of place: use https://, nextcloud://, s3://, dropbox:, onedrive:, gdrive: or the path of a folder"
                    + " (\"./" + text + "\" if it is one).");
        };
    }

    private static Folder folder(@Nullable String path) {
        try {
            return new Folder(Path.of(path == null ? "" : path));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("\"" + path + "\" is no path of a folder.", e);
        }
    }

    private static URI uri(String text) {
        try {
            return new URI(text.replace(" ", "%20"));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("The place is no address that can be understood: "
                    + e.getReason() + ".", e);
        }
    }

    /** @param path made absolute */
    record Folder(Path path) implements Place {

        public Folder {
            path = path.toAbsolutePath().normalize();
        }

        @Override
        public String name() {
            Path last = path.getFileName();
            return last == null ? "root" : last.toString();
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A folder on a WebDAV server.
     *
     * @param address http or https with a host and a path that ends with '/'; no user, query or fragment
     * @param user null when the address names none
     */
    record Web(URI address, @Nullable String user) implements Place {

        public Web {
            String scheme = address.getScheme();
            if (!("http".equals(scheme) || "https".equals(scheme)) || address.getHost() == null
                    || !address.getRawPath().endsWith("/") || address.getRawUserInfo() != null) {
                throw new IllegalArgumentException("not the address of a folder on the web");
            }
        }

        static Web of(URI uri) {
            return new Web(address(uri, uri.getScheme().toLowerCase(Locale.ROOT), uri.getRawPath()),
                    user(uri));
        }

        static Web ofNextcloud(URI uri) {
            String user = user(uri);
            if (user == null) {
                throw new IllegalArgumentException("Say who you are at that Nextcloud: nextcloud://USER@"
                        + uri.getHost() + "/FOLDER.");
            }
            URI files = address(uri, "https", "/remote.php/dav/files/");
            try {
                URI mine = new URI(null, null, "/" + user, null);
                return new Web(address(files, "https",
                        files.getRawPath() + mine.getRawPath().substring(1) + uri.getRawPath()), user);
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException("The user's name cannot be part of an address.", e);
            }
        }

        private static URI address(URI uri, String scheme, @Nullable String path) {
            if (uri.getHost() == null) {
                throw new IllegalArgumentException("The place names no host.");
            }
            if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
                throw new IllegalArgumentException("A place has no '?' or '#' in it.");
            }
            String folder = path == null || path.isEmpty() ? "/" : path.endsWith("/") ? path : path + "/";
            return URI.create(scheme + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                    + folder);
        }

        private static @Nullable String user(URI uri) {
            String user = uri.getUserInfo();
            if (user != null && user.contains(":")) {
                throw new IllegalArgumentException(
                        "A password does not belong into the place, where others can see it: leave it out, it will be asked for.");
            }
            return user == null || user.isEmpty() ? null : user;
        }

        @Override
        public String name() {
            String[] parts = address.getPath().split("/", -1);
            String last = parts.length < 2 ? "" : parts[parts.length - 2];
            return last.isEmpty() ? address.getHost() : last;
        }

        @Override
        public String toString() {
            try {
                URI who = new URI(address.getScheme(), user, address.getHost(), address.getPort(), "/", null,
                        null);
                String start = who.toString();
                return start.substring(0, start.length() - 1) + address.getRawPath();
            } catch (URISyntaxException e) {
                return address.toString();
            }
        }
    }
}
