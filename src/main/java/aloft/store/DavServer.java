package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.Set;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a server by what it says of itself.
 *
 * <p>
 * No conditional header is atomic on every server, and a PUT is written in place by some. What is not
 * known to do better is trusted with neither.
 *
 * @param putsWhole whether a PUT shows all of the object or nothing of it
 */
record DavServer(Kind kind, boolean putsWhole) {

    enum Kind {
        /** Our own: atomic claims, and a GET waits for what is not there yet. */
        OWN,
        /** Says that it is one whose conditions are atomic. */
        ATOMIC,
        OTHER
    }

    static DavServer ask(Dav dav) throws Failure, InterruptedIOException {
        return dav.send(dav.request("").method("OPTIONS", null).build(), response -> {
            if (response.code() == 404) {
                return of(response);
            }
            if (!response.isSuccessful()) {
                throw Troubles.refused(response, false);
            }
            if (response.headers("DAV").isEmpty()) {
                throw new Failure.Refused(Troubles.host(dav.base())
                        + " offers no WebDAV at this path: check the place.", null);
            }
            return of(response);
        });
    }

    private static DavServer of(Response response) {
        Set<String> classes = new HashSet<>();
        for (String header : response.headers("DAV")) {
            for (String one : header.split(",", 100)) {
                classes.add(one.strip());
            }
        }
        Kind kind = kind(response.header("Aloft-Server"), response.header("Server"));
        // mod_dav_fs, and Nextcloud, say so in words of their own
        boolean apache = classes.contains("<http://apache.org/dav/propset/fs/1>");
        boolean nextcloud = classes.stream()
                .anyMatch(one -> one.startsWith("nextcloud-") || one.startsWith("nc-"));
        return new DavServer(kind, kind != Kind.OTHER || apache || nextcloud);
    }

    private static Kind kind(@Nullable String own, @Nullable String name) {
        if ("1".equals(own)) {
            return Kind.OWN;
        }
        return name != null && (name.equals("lighttpd") || name.startsWith("lighttpd/"))
                ? Kind.ATOMIC
                : Kind.OTHER;
    }
}
