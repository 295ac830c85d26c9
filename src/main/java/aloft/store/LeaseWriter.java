package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One writer of a {@link DavLease}, from its wait to its end. For one thread. */
final class LeaseWriter {

    /** A token that stays this long belongs to a writer that is gone. */
    private static final Duration LEASE = Duration.ofSeconds(20);

    /** Nonce and folder of the bytes that belong to it, with '~' for '/'. */
    private static final Pattern TOKEN = Pattern.compile("([0-9a-f]{32})~([^/]{0,200})");

    private final Dav dav;
    private final DavFolders folders;
    private final DavListing listing;
    private final Patience patience;
    private final CountDownLatch closed;
    private final String key;
    private final long since;
    private final Map<String, Long> others = new HashMap<>();
    private String nonce = "";
    private boolean inside;
    private boolean unknown;
    private int tries;

    LeaseWriter(Dav dav, DavFolders folders, Patience patience, CountDownLatch closed, String key) {
        this.dav = dav;
        this.folders = folders;
        this.listing = new DavListing(dav);
        this.patience = patience;
        this.closed = closed;
        this.key = key;
        this.since = patience.now();
    }

    /** Takes a new name and leaves nothing of the old. */
    void begin(String fresh) throws Failure, InterruptedIOException {
        clear();
        nonce = fresh;
    }

    /** Where the bytes lie until they are moved. */
    String bytes() {
        return DavFolders.beside(key, "~" + nonce);
    }

    private String token() {
        return nonce + "~" + DavFolders.of(key).replace('/', '~');
    }

    private static String path(String token) {
        return DavLease.FOLDER + "/" + token;
    }

    /**
     * Waits until no other writer is there. The bytes must lie there before.
     *
     * @param claim whether there is nothing more to do once the object is there, which gives NO
     */
    DavLease.Result enter(boolean claim) throws Failure, InterruptedIOException {
        while (true) {
            if (!inside) {
                folders.put(path(token()), new byte[0]);
                inside = true;
            }
            Set<String> tokens = tokens();
            if (!tokens.remove(token())) {
                return DavLease.Result.PUT_OUT;
            }
            if (tokens.isEmpty()) {
                return DavLease.Result.YES;
            }
            putOutTheGone(tokens);
            boolean first = tokens.iterator().next().compareTo(token()) > 0;
            if (!first) {
                dav.delete(path(token()));
                inside = false;
            }
            if (!awaitNews(claim)) {
                return DavLease.Result.NO;
            }
        }
    }

    /**
     * Until the others are gone, or a moment when they are the ones to withdraw.
     *
     * @return false when the object is there meanwhile
     */
    private boolean awaitNews(boolean claim) throws Failure, InterruptedIOException {
        while (true) {
            pause();
            if (claim && dav.exists(key)) {
                return false;
            }
            if (inside) {
                return true;
            }
            Set<String> tokens = tokens();
            putOutTheGone(tokens);
            if (tokens.isEmpty()) {
                return true;
            }
        }
    }

    /** Sorted. */
    private Set<String> tokens() throws Failure, InterruptedIOException {
        var tokens = new TreeSet<String>();
        for (String name : listing.names(DavLease.FOLDER + "/")) {
            if (TOKEN.matcher(name).matches()) {
                tokens.add(name);
            }
        }
        return tokens;
    }

    private void putOutTheGone(Set<String> tokens) throws Failure, InterruptedIOException {
        long now = patience.now();
        others.keySet().retainAll(tokens);
        for (String token : tokens) {
            Long seen = others.putIfAbsent(token, now);
            if (seen != null && now - seen > LEASE.toNanos()) {
                putOut(token);
            }
        }
    }

    /** The bytes first: what is told at {@link DavLease} hangs on it. */
    private void putOut(String token) throws Failure, InterruptedIOException {
        Matcher parts = TOKEN.matcher(token);
        if (parts.matches()) {
            String folder = parts.group(2).replace('~', '/');
            if (folder.isEmpty() || Keys.isKey(folder)) {
                dav.delete((folder.isEmpty() ? "" : folder + "/") + "~" + parts.group(1));
            }
            dav.delete(path(token));
        }
    }

    /** @throws Failure.Busy when the time is over */
    void pause() throws Failure, InterruptedIOException {
        patience.pause(++tries, since, busy(), closed);
    }

    static Failure busy() {
        return new Failure.Busy("Another device is writing to this place.", Duration.ZERO);
    }

    /**
     * Puts the object where it belongs. While it is not known how that went the token stays, and others
     * wait until it is put out.
     */
    boolean put(byte[] body, @Nullable String etag) throws Failure, InterruptedIOException {
        unknown = true;
        Dav.Outcome outcome = etag == null ? dav.put(key, body) : dav.putIf(key, body, "If-Match", etag);
        unknown = false;
        return outcome == Dav.Outcome.DONE;
    }

    /**
     * Takes away what we left on the server; what is not, is put out by others. The bytes first, as a MOVE
     * without an answer may still be on its way.
     */
    void clear() throws Failure, InterruptedIOException {
        if (!nonce.isEmpty() && !unknown) {
            dav.delete(bytes());
            dav.delete(path(token()));
            inside = false;
        }
    }
}
