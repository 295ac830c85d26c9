package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of an S3 store, or a part of one. An object is an object under prefix and key, put in one
 * request (the largest has a few MiB); what begins with '~' is our own. A version is the SHA-256 of the
 * bytes.
 *
 * <p>
 * A claim is one PUT with "If-None-Match: *". A store that refuses or ignores this is found out by trying
 * it on an object of its own, and promises nothing.
 */
final class S3Store implements Store {

    /** What is replaced is held in memory to be compared. */
    static final int MAX_REPLACED = 64 << 20;

    private final Http http;
    private final S3Objects objects;
    private final S3Lock lock;
    private final Patience patience;
    private volatile @Nullable Promise promise;

    /**
     * @param http closed with this
     * @param patience with other writers
     */
    S3Store(Http http, S3Objects objects, Patience patience) {
        this.http = http;
        this.objects = objects;
        this.patience = patience;
        this.lock = new S3Lock(objects, patience);
    }

    @Override
    public void put(String key, byte[] body) throws Failure, InterruptedIOException {
        objects.put(Keys.check(key), body);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] body) throws Failure, InterruptedIOException {
        Keys.check(key);
        if (promise() == Promise.NONE) {
            if (objects.exists(key)) {
                return false;
            }
            objects.put(key, body);
            return true;
        }
        return objects.claim(key, body) == S3Objects.Claim.MADE;
    }

    @Override
    public boolean replace(String key, byte[] body, String version) throws Failure, InterruptedIOException {
        Keys.check(key);
        if (!isNow(key, version)) {
            return false;
        }
        if (promise() == Promise.NONE) {
            objects.put(key, body);
            return true;
        }
        return lock.alone(key, () -> {
            S3Objects.Got now = objects.get(key, MAX_REPLACED);
            return isVersion(now, version) && objects.replace(key, body, now);
        });
    }

    private boolean isNow(String key, String version) throws Failure, InterruptedIOException {
        try {
            return isVersion(objects.get(key, MAX_REPLACED), version);
        } catch (Failure.Missing e) {
            return false;
        }
    }

    private static boolean isVersion(S3Objects.Got got, String version) {
        return Hashes.sha256Hex(got.bytes()).equals(version);
    }

    @Override
    public Read get(String key, int limit) throws Failure, InterruptedIOException {
        byte[] bytes = objects.get(Keys.check(key), limit).bytes();
        return new Read(bytes, Hashes.sha256Hex(bytes));
    }

    @Override
    public void read(String key, long offset, int length, Sink sink)
            throws Failure, InterruptedIOException {
        Keys.check(key);
        Objects.checkFromIndexSize(offset, (long) length, Long.MAX_VALUE);
        if (length > 0) {
            objects.read(key, offset, length, sink);
        }
    }

    @Override
    public void list(String prefix, Listing to) throws Failure, InterruptedIOException {
        objects.list(Keys.checkPrefix(prefix), to);
    }

    @Override
    public void delete(String key) throws Failure, InterruptedIOException {
        objects.delete(Keys.check(key));
    }

    /** S3 has no quota that could be asked for. */
    @Override
    public Space space() {
        return Space.UNKNOWN;
    }

    @Override
    public Promise promise() throws Failure, InterruptedIOException {
        Promise known = promise;
        if (known == null) {
            known = honoursConditions() ? Promise.ATOMIC : Promise.NONE;
            promise = known;
        }
        return known;
    }

    private boolean honoursConditions() throws Failure, InterruptedIOException {
        String path = "~aloft/try-" + DavLease.nonce(patience);
        boolean honours = objects.claim(path, new byte[]{1}) == S3Objects.Claim.MADE
                && objects.claim(path, new byte[]{2}) == S3Objects.Claim.WAS_THERE
                && Arrays.equals(objects.get(path, 1).bytes(), new byte[]{1});
        objects.delete(path);
        return honours;
    }

    @Override
    public String toString() {
        return objects.toString();
    }

    @Override
    public void close() {
        lock.close();
        http.close();
    }
}
