package aloft.server;

import static aloft.server.Refusal.NOT_MODIFIED;
import static aloft.server.Refusal.PRECONDITION_FAILED;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpDateTime;
import org.jspecify.annotations.Nullable;

/** The conditions of RFC 9110, section 13, in the order of 13.2.2. */
final class Preconditions {

    private static final Pattern ETAG = Pattern.compile("\\s*(W/)?(\"[^\"]*\")\\s*(?:,|$)");

    private Preconditions() {}

    /** @param current what is there now */
    static void check(Exchange exchange, Optional<Entry> current) throws Refusal {
        String ifMatch = exchange.header("If-Match");
        if (ifMatch != null) {
            require(isAny(ifMatch)
                    ? current.isPresent()
                    : current.filter(e -> lists(ifMatch, e, false)).isPresent());
        } else {
            Instant since = date(exchange.header("If-Unmodified-Since"));
            if (since != null) {
                require(current.filter(e -> seconds(e).isAfter(since)).isEmpty());
            }
        }
        boolean reads = exchange.method().equals("GET") || exchange.method().equals("HEAD");
        String ifNoneMatch = exchange.header("If-None-Match");
        if (ifNoneMatch != null) {
            boolean matches = isAny(ifNoneMatch)
                    ? current.isPresent()
                    : current.filter(e -> lists(ifNoneMatch, e, true)).isPresent();
            if (matches) {
                throw new Refusal(reads ? NOT_MODIFIED : PRECONDITION_FAILED, "It is there already.");
            }
        } else if (reads) {
            Instant since = date(exchange.header("If-Modified-Since"));
            if (since != null && current.filter(e -> !seconds(e).isAfter(since)).isPresent()) {
                throw new Refusal(NOT_MODIFIED, "Not modified.");
            }
        }
    }

    /** Whether only an object that is not there yet may be written. */
    static boolean onlyIfAbsent(Exchange exchange) {
        String ifNoneMatch = exchange.header("If-None-Match");
        return ifNoneMatch != null && isAny(ifNoneMatch);
    }

    /** Whether a Range of the request counts: no If-Range, or one that names this very version. */
    static boolean rangeApplies(Exchange exchange, Entry entry) {
        String ifRange = exchange.header("If-Range");
        if (ifRange == null) {
            return true;
        }
        if (ifRange.contains("\"")) {
            return ifRange.strip().equals(entry.etag());
        }
        Instant date = date(ifRange);
        return date != null && date.equals(seconds(entry));
    }

    static String httpDate(Instant time) {
        return DateGenerator.formatDate(time.toEpochMilli());
    }

    private static void require(boolean holds) throws Refusal {
        if (!holds) {
            throw new Refusal(PRECONDITION_FAILED, "It is another version by now, or gone.");
        }
    }

    private static boolean isAny(String list) {
        return list.strip().equals("*");
    }

    /** @param weak whether a weak mark does not matter */
    private static boolean lists(String etags, Entry entry, boolean weak) {
        var tag = ETAG.matcher(etags);
        while (tag.lookingAt()) {
            if ((weak || tag.group(1) == null) && tag.group(2).equals(entry.etag())) {
                return true;
            }
            tag.region(tag.end(), etags.length());
        }
        return false;
    }

    /** HTTP dates have whole seconds. */
    private static Instant seconds(Entry entry) {
        return entry.modified().truncatedTo(ChronoUnit.SECONDS);
    }

    /** Null when there is none, or one that is to be ignored because it is malformed. */
    private static @Nullable Instant date(@Nullable String header) {
        if (header == null) {
            return null;
        }
        try {
            return HttpDateTime.parse(header.strip()).toInstant();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
