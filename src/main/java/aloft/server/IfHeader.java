package aloft.server;

import static aloft.server.Refusal.BAD_REQUEST;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header {@code If} of RFC 4918, section 10.4. */
record IfHeader(List<Alternative> alternatives) {

    private static final int MAX_TOKENS = 1000;
    private static final String BEGIN = "begin";
    private static final String END = "end";
    private static final String NOT = "not";
    private static final String URI = "uri";
    private static final String ETAG = "etag";
    private static final Pattern TOKEN = Pattern
            .compile("\\s*(?:(?<begin>\\()|(?<end>\\))|(?<not>Not)|<(?<uri>[^>]*)>"
                    + "|\\[\\s*(?<etag>(?:W/)?\"[^\"]*\")\\s*\\])", Pattern.CASE_INSENSITIVE);

    /** All of its conditions must hold for one resource. */
    record Alternative(DavPath path, List<Condition> conditions) {}

    /** @param text a lock's token, or an ETag with its quotes */
    record Condition(boolean not, boolean etag, String text) {}

    /** Tells whether a token or an ETag is that of a resource. */
    @FunctionalInterface
    interface State {
        boolean has(DavPath path, boolean etag, String text) throws IOException;
    }

    /** @param path of the request, which lists without a tag are about */
    static IfHeader parse(@Nullable String header, Exchange exchange, DavPath path) throws Refusal {
        var alternatives = new ArrayList<Alternative>();
        if (header == null) {
            return new IfHeader(alternatives);
        }
        DavPath about = path;
        var open = new ArrayList<Condition>();
        boolean inside = false;
        boolean not = false;
        Matcher token = TOKEN.matcher(header.strip());
        for (int count = 0; token.lookingAt(); count++) {
            require(count < MAX_TOKENS);
            String uri = token.group(URI);
            if (token.group(BEGIN) != null) {
                require(!inside);
                inside = true;
            } else if (token.group(END) != null) {
                require(inside && !open.isEmpty() && !not);
                alternatives.add(new Alternative(about, List.copyOf(open)));
                open.clear();
                inside = false;
            } else if (token.group(NOT) != null) {
                require(inside && !not);
                not = true;
            } else if (inside) {
                open.add(uri != null
                        ? new Condition(not, false, uri)
                        : new Condition(not, true, token.group(ETAG)));
                not = false;
            } else {
                about = Destination.parse(uri, exchange);
            }
            token.region(token.end(), token.regionEnd());
        }
        require(token.regionStart() == token.regionEnd() && !inside && !alternatives.isEmpty());
        return new IfHeader(alternatives);
    }

    /** Whether there is no such header, or one of its lists holds. */
    boolean holds(State state) throws IOException {
        if (alternatives.isEmpty()) {
            return true;
        }
        for (Alternative alternative : alternatives) {
            boolean all = true;
            for (Condition condition : alternative.conditions()) {
                all &= condition.not() != state.has(alternative.path(), condition.etag(), condition.text());
            }
            if (all) {
                return true;
            }
        }
        return false;
    }

    /** Every lock token in it: naming one is enough to show that one has it. */
    Set<String> tokens() {
        var tokens = new HashSet<String>();
        for (Alternative alternative : alternatives) {
            for (Condition condition : alternative.conditions()) {
                if (!condition.etag()) {
                    tokens.add(condition.text());
                }
            }
        }
        return tokens;
    }

    private static void require(boolean holds) throws Refusal {
        if (!holds) {
            throw new Refusal(BAD_REQUEST, "The If header is malformed.");
        }
    }
}
