package aloft.store;

import aloft.failure.Failure;
import aloft.store.S3Bucket.Asking;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The operations of S3 on the objects of a place, each one told by what came of it. A path is a key or one of
 * our own names. Thread safe.
 */
final class S3Objects {

    private static final String IF_MATCH = "If-Match";

    private final S3Bucket bucket;
    private final boolean make;

    /** @param make whether the bucket is made when it is missing, by the first write */
    S3Objects(S3Bucket bucket, boolean make) {
        this.bucket = bucket;
        this.make = make;
    }

    /** @param etag as the store wrote it, null when it did not */
    record Got(byte[] bytes, @Nullable String etag) {}

    /** What came of a conditional request. */
    enum Claim {
        MADE,
        /** The condition does not hold. */
        WAS_THERE,
        /** The store knows no conditions; nothing was done. */
        NOT_POSSIBLE
    }

    /** @throws Failure.Missing when it is not there */
    Got get(String path, int limit) throws Failure, InterruptedIOException {
        return bucket.send(Asking.of("GET", path).expecting(null, limit), (response, error) -> {
            check(path, response, error);
            return new Got(Bodies.whole(path, response, limit), response.header("ETag"));
        });
    }

    void read(String path, long offset, int length, Store.Sink sink) throws Failure, InterruptedIOException {
        Asking asking = Asking.of("GET", path).expecting(Bodies.range(offset, length), length);
        bucket.send(asking, (response, error) -> {
            if (response.code() != 416) {
                check(path, response, error);
            }
            Bodies.part(path, response, offset, length, sink);
            return true;
        });
    }

    /** Asked with GET, as an answer to HEAD cannot say what is wrong. */
    boolean exists(String path) throws Failure, InterruptedIOException {
        try {
            return bucket.send(Asking.of("GET", path).expecting(Bodies.range(0, 1), 1), (response, error) -> {
                if (response.code() != 416) {
                    check(path, response, error);
                }
                return true;
            });
        } catch (Failure.Missing e) {
            return false;
        }
    }

    private void check(String path, Response response, S3Error error) throws IOException {
        boolean noBucket = error.code().equals("NoSuchBucket");
        if (response.code() == 404 && (!noBucket || make)) {
            throw Bodies.missing(path);
        }
        if (!response.isSuccessful()) {
            throw error.failure(response, false);
        }
    }

    void put(String path, byte[] body) throws Failure, InterruptedIOException {
        write(Asking.of("PUT", path).carrying(body));
    }

    /** Sent once, unless the store says that it did nothing. */
    Claim claim(String path, byte[] body) throws Failure, InterruptedIOException {
        return write(Asking.of("PUT", path).carrying(body).onlyIf("If-None-Match", "*"));
    }

    /**
     * Replaces the object, on condition that it is what was got if the store knows such a condition.
     *
     * @return false when it is something else by now
     */
    boolean replace(String path, byte[] body, Got old) throws Failure, InterruptedIOException {
        if (old.etag() == null) {
            put(path, body);
            return true;
        }
        Asking asking = Asking.of("PUT", path).carrying(body);
        Claim outcome = write(asking.onlyIf(IF_MATCH, old.etag()));
        if (outcome == Claim.WAS_THERE && old.etag().equals(get(path, S3Store.MAX_REPLACED).etag())) {
            // Ceph knows its own tags without quotes alone
            outcome = write(asking.onlyIf(IF_MATCH, old.etag().replace("\"", "")));
        }
        if (outcome == Claim.NOT_POSSIBLE) {
            put(path, body);
            return true;
        }
        return outcome == Claim.MADE;
    }

    private Claim write(Asking asking) throws Failure, InterruptedIOException {
        Claim outcome = writeOrNoBucket(asking);
        if (outcome == null) {
            bucket.make();
            outcome = writeOrNoBucket(asking);
        }
        if (outcome == null) {
            throw new Failure.Busy("The bucket of " + bucket + " is not ready yet.", Duration.ZERO);
        }
        return outcome;
    }

    /** @return null when there is no bucket and one is to be made */
    private @Nullable Claim writeOrNoBucket(Asking asking) throws Failure, InterruptedIOException {
        boolean conditional = asking.condition() != null;
        var result = bucket.send(asking, (response, error) -> {
            int code = response.code();
            if (response.isSuccessful()) {
                return new Outcome(Claim.MADE);
            }
            if (conditional && code == 412) {
                return new Outcome(Claim.WAS_THERE);
            }
            if (conditional && (code == 501 || error.code().equals("NotImplemented"))) {
                return new Outcome(Claim.NOT_POSSIBLE);
            }
            if (make && error.code().equals("NoSuchBucket")) {
                return new Outcome(null);
            }
            throw error.failure(response, conditional);
        });
        return result.claim();
    }

    private record Outcome(@Nullable Claim claim) {}

    void delete(String path) throws Failure, InterruptedIOException {
        bucket.send(Asking.of("DELETE", path), (response, error) -> {
            boolean nothing = response.code() == 404 && (make || !error.code().equals("NoSuchBucket"));
            if (!response.isSuccessful() && !nothing) {
                throw error.failure(response, false);
            }
            return true;
        });
    }

    /** All objects below the prefix whose paths are keys. */
    void list(String prefix, Store.Listing to) throws Failure, InterruptedIOException {
        var listing = new S3Listing(bucket, prefix, to);
        while (bucket.send(listing.next(), (response, error) -> {
            if (response.code() == 404 && make) {
                return false;
            }
            if (!response.isSuccessful()) {
                throw error.failure(response, false);
            }
            return listing.read(response);
        })) {
            // the next page
        }
    }

    @Override
    public String toString() {
        return bucket.toString();
    }
}
