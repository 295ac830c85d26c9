package aloft.store;

import aloft.failure.Failure;
import java.util.Set;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** A server may send a request elsewhere on the same origin, and nowhere else: it carries a login. */
final class Redirects {

    private static final Set<Integer> CODES = Set.of(301, 302, 307, 308);

    private Redirects() {}

    /** The request to send next, null when the answer is to be read as it is. */
    static @Nullable Request next(Request request, Response response) throws Failure.Refused {
        if (!CODES.contains(response.code())) {
            return null;
        }
        String location = response.header("Location");
        HttpUrl target = location == null ? null : request.url().resolve(location);
        if (target == null) {
            return null;
        }
        if (!Http.isSameOrigin(request.url(), target)) {
            throw new Failure.Refused(Troubles.host(request.url()) + " sends elsewhere, to "
                    + target.scheme() + "://" + Troubles.host(target)
                    + target.encodedPath() + ": use the place that it names.", null);
        }
        return isItsFolder(request.url(), target) ? null : request.newBuilder().url(target).build();
    }

    /** How some servers say that an object's path is a folder's. */
    private static boolean isItsFolder(HttpUrl url, HttpUrl target) {
        return target.encodedPath().equals(url.encodedPath() + "/");
    }

    static boolean isRedirect(int code) {
        return CODES.contains(code);
    }
}
