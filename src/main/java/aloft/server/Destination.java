package aloft.server;

import static aloft.server.Refusal.BAD_GATEWAY;
import static aloft.server.Refusal.BAD_REQUEST;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A resource of this server named in a header: a URL or an absolute path. */
final class Destination {

    private static final Pattern URL = Pattern.compile("(?:https?://([^/?#]*))?(/[^?#]*)?",
            Pattern.CASE_INSENSITIVE);

    private Destination() {}

    /** @param reference as sent; null when it is missing */
    static DavPath parse(@Nullable String reference, Exchange exchange) throws Refusal {
        var url = URL.matcher(reference == null ? "?" : reference.strip());
        if (!url.matches()) {
            throw new Refusal(BAD_REQUEST, "A URL in the header is missing or malformed.");
        }
        String authority = url.group(1);
        String own = exchange.authority();
        if (authority != null && own != null && !withoutPort(authority).equalsIgnoreCase(withoutPort(own))) {
            throw new Refusal(BAD_GATEWAY, "The URL in the header is of another server.");
        }
        return DavPath.parse(url.group(2) == null ? "/" : url.group(2));
    }

    /** A proxy in front may have another port. */
    private static String withoutPort(String authority) {
        return authority.replaceFirst(":\\d*$", "");
    }
}
