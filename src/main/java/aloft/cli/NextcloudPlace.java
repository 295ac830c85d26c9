package aloft.cli;

import aloft.cli.home.Exit;
import aloft.cli.home.Problem;
import aloft.store.Place;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A user's account at a Nextcloud.
 *
 * @param server host, and port after ':' when it is not the usual one
 * @param user null when not told
 */
record NextcloudPlace(String server, @Nullable String user) {

    private static final String SCHEME = "nextcloud://";

    static boolean isMeantBy(String typed) {
        return typed.toLowerCase(Locale.ROOT).startsWith(SCHEME);
    }

    /** @param typed with or without a user and a folder */
    static NextcloudPlace parse(String typed) throws Problem {
        try {
            var uri = new URI(typed.replace(" ", "%20"));
            if (uri.getHost() != null && (uri.getUserInfo() == null || !uri.getUserInfo().contains(":"))) {
                return new NextcloudPlace(uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()),
                        uri.getUserInfo());
            }
        } catch (URISyntaxException e) {
            throw new Problem(Exit.USAGE, "That is no address of a Nextcloud: " + e.getReason() + ".", e);
        }
        throw new Problem(Exit.USAGE, "A Nextcloud is named like nextcloud://cloud.example.org.");
    }

    /** Whose account a place lies in, if it is one. */
    static Optional<NextcloudPlace> of(Place.Web web) {
        URI at = web.address();
        return web.user() != null && at.getRawPath().startsWith("/remote.php/dav/files/")
                ? Optional.of(new NextcloudPlace(at.getHost() + (at.getPort() < 0 ? "" : ":" + at.getPort()),
                        web.user()))
                : Optional.empty();
    }

    URI address() {
        return URI.create("https://" + server + "/");
    }

    NextcloudPlace by(String who) {
        return new NextcloudPlace(server, who);
    }

    /** What its login is kept under. */
    String key() {
        return user + "@" + server;
    }
}
