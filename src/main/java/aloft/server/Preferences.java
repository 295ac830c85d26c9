package aloft.server;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The preference {@code wait} of RFC 7240, section 4.3. */
final class Preferences {

    /** A client that wants to wait for longer asks again. */
    static final Duration MAX_WAIT = Duration.ofMinutes(2);

    private static final Pattern WAIT = Pattern.compile(
            "(?:^|[,;])\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?=$|[,;])",
            Pattern.CASE_INSENSITIVE);

    private Preferences() {}

    /** Null when the client prefers nothing of the kind. */
    static @Nullable Duration waitOrNull(@Nullable String prefer) {
        if (prefer == null) {
            return null;
        }
        var found = WAIT.matcher(prefer);
        if (!found.find()) {
            return null;
        }
        var time = Duration.ofSeconds(Long.parseLong(found.group(1)));
        return time.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : time;
    }
}
