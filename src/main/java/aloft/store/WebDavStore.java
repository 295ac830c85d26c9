package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A folder on a WebDAV server (RFC 4918). An object is a file under its key; what begins with '~' is our
 * own. A version is the SHA-256 of the bytes.
 *
 * <p>
 * On a server known to honour conditions atomically a claim is one PUT with "If-None-Match: *"; on others
 * it is a {@link DavLease}. On a server not known to write whole files a put goes to another name first
 * and is moved from there.
 */
final class WebDavStore implements Store {

    /** What is replaced is held in memory to be compared. */
    private static final int MAX_REPLACED = 64 << 20;

    /** What was being written so long ago was left by a crash. */
    private static final Duration LEFT_OVER = Duration.ofDays(1);

    /** What one listing clears away of it at most. */
    private static final int MAX_CLEARED = 100;

    /** Longer waits are likely to be cut by a proxy in between. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(50);

    private final Http http;
    private final Dav dav;
    private final DavListing listing;
    private final DavFolders folders;
    private final DavLease lease;
    private final Patience patience;
    private volatile @Nullable DavServer server;
    private volatile @Nullable Promise promise;
    private volatile boolean waits;

    /**
     * @param http closed with this
     * @param make whether the place itself is made when it is missing, by the first write
     * @param patience with other writers
     */
    WebDavStore(Http http, Dav dav, boolean make, Patience patience) {
        this.http = http;
        this.dav = dav;
        this.patience = patience;
        this.listing = new DavListing(dav);
        this.folders = new DavFolders(dav, make);
        this.lease = new DavLease(dav, folders, patience);
    }

    private DavServer server() throws Failure, InterruptedIOException {
        DavServer known = server;
        if (known == null) {
            known = DavServer.ask(dav);
            waits |= known.kind() == DavServer.Kind.OWN;
            server = known;
        }
        return known;
    }

    @Override
    public void put(String key, byte[] body) throws Failure, InterruptedIOException {
        Keys.check(key);
        if (server().putsWhole()) {
            folders.put(key, body);
            return;
        }
        String other = DavFolders.beside(key, "~" + DavLease.nonce(patience));
        folders.put(other, body);
        if (dav.move(other, key, true) != Dav.Outcome.DONE) {
            throw new Failure.Unreachable("What was just put at " + this + " is gone again.", null);
        }
    }

    @Override
    public boolean putIfAbsent(String key, byte[] body) throws Failure, InterruptedIOException {
        Keys.check(key);
        return switch (promise()) {
            case ATOMIC -> folders.claim(key, body);
            case LEASE -> lease.claim(key, body);
            case NONE -> !dav.exists(key) && folders.claim(key, body);
        };
    }

    @Override
    public boolean replace(String key, byte[] body, String version) throws Failure, InterruptedIOException {
        Keys.check(key);
        if (promise() == Promise.LEASE) {
            return lease.replace(key, body, old -> isVersion(old, version), MAX_REPLACED,
                    server().putsWhole());
        }
        try {
            Dav.Got old = dav.get(key, MAX_REPLACED);
            return isVersion(old.bytes(), version) && (old.etag() == null
                    ? dav.put(key, body)
                    : dav.putIf(key, body, "If-Match", old.etag())) == Dav.Outcome.DONE;
        } catch (Failure.Missing e) {
            return false;
        }
    }

    private static boolean isVersion(byte[] bytes, String version) {
        return Hashes.sha256Hex(bytes).equals(version);
    }

    @Override
    public Read get(String key, int limit) throws Failure, InterruptedIOException {
        byte[] bytes = dav.get(Keys.check(key), limit).bytes();
        return new Read(bytes, Hashes.sha256Hex(bytes));
    }

    @Override
    public void read(String key, long offset, int length, Sink sink)
            throws Failure, InterruptedIOException {
        Keys.check(key);
        Objects.checkFromIndexSize(offset, (long) length, Long.MAX_VALUE);
        if (length > 0) {
            dav.read(key, offset, length, sink);
        }
    }

    @Override
    public Optional<byte[]> await(String key, int limit, Duration time)
            throws Failure, InterruptedIOException {
        Duration asked = time.compareTo(LONGEST_WAIT) < 0 ? time : LONGEST_WAIT;
        return dav.await(Keys.check(key), limit, asked, () -> waits = true).map(Dav.Got::bytes);
    }

    @Override
    public boolean canAwait() {
        return waits;
    }

    @Override
    public void list(String prefix, Listing to) throws Failure, InterruptedIOException {
        Deque<String> open = new ArrayDeque<>(List.of(Keys.checkPrefix(prefix)));
        List<String> leftOver = new ArrayList<>();
        while (!open.isEmpty()) {
            String folder = open.remove();
            listing.list(folder, child -> {
                String path = folder + child.name();
                if (child.isFolder() && Keys.isKey(path)) {
                    open.add(path + "/");
                } else if (!child.isFolder() && Keys.isKey(path)) {
                    to.accept(new Listed(path, child.size(), child.modified()));
                } else if (isLeftOver(child) && leftOver.size() < MAX_CLEARED) {
                    leftOver.add(path);
                }
            });
        }
        for (String path : leftOver) {
            dav.delete(path);
        }
    }

    private static boolean isLeftOver(DavListing.Child child) {
        return !child.isFolder() && child.name().matches("~[0-9a-f]{32}")
                && child.now() - child.modified() > LEFT_OVER.toMillis();
    }

    @Override
    public void delete(String key) throws Failure, InterruptedIOException {
        // of a folder it would delete all that is in it
        if (!folders.isKnown(Keys.check(key))) {
            dav.delete(key);
        }
    }

    @Override
    public Space space() throws Failure, InterruptedIOException {
        return listing.space();
    }

    @Override
    public Promise promise() throws Failure, InterruptedIOException {
        Promise known = promise;
        if (known == null) {
            known = findPromise();
            promise = known;
        }
        return known;
    }

    private Promise findPromise() throws Failure, InterruptedIOException {
        return switch (server().kind()) {
            case OWN -> Promise.ATOMIC;
            case ATOMIC -> honoursConditions() ? Promise.ATOMIC : leased();
            case OTHER -> leased();
        };
    }

    private Promise leased() throws Failure, InterruptedIOException {
        return lease.isSafe() ? Promise.LEASE : Promise.NONE;
    }

    /** What a server says of itself may be said by a proxy in front of another. */
    private boolean honoursConditions() throws Failure, InterruptedIOException {
        String path = DavLease.OWN + "/try-" + DavLease.nonce(patience);
        boolean honours = folders.claim(path, new byte[]{1}) && !folders.claim(path, new byte[]{2})
                && Arrays.equals(dav.get(path, 1).bytes(), new byte[]{1});
        dav.delete(path);
        return honours;
    }

    @Override
    public String toString() {
        return dav.base().toString();
    }

    @Override
    public void close() {
        lease.close();
        http.close();
    }
}
