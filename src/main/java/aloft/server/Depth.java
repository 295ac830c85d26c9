package aloft.server;

import static aloft.server.Refusal.BAD_REQUEST;

import java.util.Locale;
import java.util.Set;

/** RFC 4918, section 10.2. */
enum Depth {
    ZERO, ONE, INFINITY;

    /** What the request says, INFINITY when it says nothing. */
    static Depth of(Exchange exchange, Set<Depth> allowed) throws Refusal {
        String header = exchange.header("Depth");
        Depth depth = switch (header == null ? "infinity" : header.strip().toLowerCase(Locale.ROOT)) {
            case "0" -> ZERO;
            case "1" -> ONE;
            case "infinity" -> INFINITY;
            default -> throw new Refusal(BAD_REQUEST, "The depth is not 0, 1 or infinity.");
        };
        if (!allowed.contains(depth)) {
            throw new Refusal(BAD_REQUEST, "This depth is not possible here.");
        }
        return depth;
    }
}
