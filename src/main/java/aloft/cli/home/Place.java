package aloft.cli.home;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a vault lies. */
public sealed interface Place {

    /** As it stands in the configuration, and as the user may type it. */
    String text();

    /** The last part of it, made fit for the name of a drive. */
    String suggestedName();

    /** The cloud that the drive's own process serves, for this computer alone. */
    record Embedded() implements Place {

        static final String TEXT = "embedded";

        @Override
        public String text() {
            return TEXT;
        }

        @Override
        public String suggestedName() {
            return "home";
        }
    }

    /**
     * A folder of a WebDAV server.
     *
     * @param url  without user
     * @param user null when the server asks for none
     */
    record WebDav(URI url, @Nullable String user) implements Place {

        @Override
        public String text() {
            return user == null
                    ? url.toString()
                    : url.toString()
                            .replaceFirst("://",
                                    "://" + Matcher.quoteReplacement(
                                            URLEncoder.encode(user, StandardCharsets.UTF_8)) + "@");
        }

        @Override
        public String suggestedName() {
            String path = url.getPath().replaceAll("/+$", "");
            return nameFrom(path.isEmpty() ? url.getHost() : path.substring(path.lastIndexOf('/') + 1));
        }

        /** Whether no password or byte can be read on the way. */
        public boolean isSafe() {
            String host = url.getHost();
            return "https".equals(url.getScheme()) || host.equals("localhost") || host.equals("[::1]")
                    || host.matches("127\\.\\d+\\.\\d+\\.\\d+");
        }
    }

    /** A folder of this computer, perhaps a disk or another mount. */
    record Folder(Path path) implements Place {

        @Override
        public String text() {
            return path.toString();
        }

        @Override
        public String suggestedName() {
            return nameFrom(path.getNameCount() == 0 ? "" : path.getFileName().toString());
        }
    }

    /**
     * Understands what the user typed.
     *
     * @param typed  a URL or the path of a folder
     * @param folder where a relative path begins
     */
    static Place parse(String typed, Path folder) throws Problem {
        if (typed.equals(Embedded.TEXT)) {
            return new Embedded();
        }
        var scheme = Pattern.compile("([a-z][a-z0-9+.-]*):(.*)").matcher(typed);
        if (!scheme.matches()) {
            return new Folder(folder.resolve(typed).normalize());
        }
        return switch (scheme.group(1)) {
            case "https", "http" -> webDav(typed);
            case "nextcloud" -> nextcloud(typed);
            case "s3", "dropbox", "onedrive", "gdrive" ->
                throw new Problem(Exit.USAGE, "Places of the kind " + scheme.group(1)
                        + ": are not supported by this version of Aloft; use https:, nextcloud: or a folder.");
            default -> throw new Problem(Exit.USAGE, "'" + typed
                    + "' is no place; use https://user@host/path, nextcloud://user@host/folder or a folder's path.");
        };
    }

    private static WebDav webDav(String typed) throws Problem {
        URI uri = uri(typed);
        String user = uri.getUserInfo();
        if (user != null && user.contains(":")) {
            throw new Problem(Exit.USAGE,
                    "Leave the password out of the place, others can read it there; use --password-file.");
        }
        String rest = typed.substring(typed.indexOf("://") + 3);
        String bare = (user == null ? rest : rest.substring(rest.indexOf('@') + 1)).replaceAll("/+$", "");
        return new WebDav(uri(uri.getScheme() + "://" + bare + "/"), user);
    }

    private static WebDav nextcloud(String typed) throws Problem {
        URI uri = uri(typed);
        String user = uri.getRawUserInfo();
        if (user == null || user.contains(":")) {
            throw new Problem(Exit.USAGE, "Name the user, without a password: nextcloud://user@host/folder.");
        }
        return webDav("https://" + user + "@" + uri.getRawAuthority().substring(user.length() + 1)
                + "/remote.php/dav/files/" + user + uri.getRawPath());
    }

    private static URI uri(String typed) throws Problem {
        try {
            URI uri = new URI(encodeRest(typed));
            if (uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                throw new URISyntaxException(typed, "no host, or more than a path");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new Problem(Exit.USAGE, "'" + typed + "' is not a usable address: " + e.getReason() + ".",
                    e);
        }
    }

    /** Percent-encodes what people type plainly: spaces and letters beyond ASCII. */
    private static String encodeRest(String typed) {
        var encoded = new StringBuilder();
        for (byte b : typed.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ') {
                encoded.append((char) b);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", b & 0xFF));
            }
        }
        return encoded.toString();
    }

    private static String nameFrom(String text) {
        String name = text.replaceAll("[^\\p{L}\\p{N}._-]+", "-").replaceAll("^[-.]+|[-.]+$", "");
        String usable = name.length() > 40 ? name.substring(0, 40) : name;
        return usable.isEmpty() ? "drive" : usable;
    }
}
