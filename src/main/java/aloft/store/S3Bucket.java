package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Signed requests to one bucket. What a request shows to be wrong is put right, and it is sent again: the
 * region, when the store names another, and the time, when the store's clock differs. In both cases the
 * store did nothing the first time. Thread safe.
 */
final class S3Bucket {

    private static final int MAX_CORRECTIONS = 3;
    private static final Duration SAME_TIME = Duration.ofSeconds(2);
    private static final byte[] NO_BODY = new byte[0];

    private final Http http;
    private final S3Place place;
    private final SigV4 signer;
    private final InstantSource clock;
    private volatile String region;
    private volatile Duration skew = Duration.ZERO;

    /** @param http follows no redirects: they would lose the signature */
    S3Bucket(Http http, S3Place place, S3Keys keys, InstantSource clock) {
        this.http = http;
        this.place = place;
        this.signer = new SigV4(keys);
        this.clock = clock;
        this.region = place.region() == null ? S3Place.USUAL_REGION : place.region();
    }

    /**
     * A request that is not signed yet.
     *
     * @param path in the place, of chars that need no encoding; null for the bucket itself
     * @param query encoded, null for none
     * @param condition name and value of a header, such as "If-None-Match"; null for none
     * @param range in bytes, null for the whole
     * @param expected bytes that come
     */
    record Asking(String method, @Nullable String path, @Nullable String query, byte @Nullable [] body,
            @Nullable Condition condition, @Nullable String range, long expected) {

        static Asking of(String method, @Nullable String path) {
            return new Asking(method, path, null, null, null, null, 0);
        }

        Asking carrying(byte[] bytes) {
            return new Asking(method, path, query, bytes, condition, range, expected);
        }

        Asking asking(String parameters) {
            return new Asking(method, path, parameters, body, condition, range, expected);
        }

        Asking onlyIf(String header, String value) {
            return new Asking(method, path, query, body, new Condition(header, value), range, expected);
        }

        Asking expecting(@Nullable String bytes, long count) {
            return new Asking(method, path, query, body, condition, bytes, count);
        }
    }

    record Condition(String header, String value) {}

    /** Takes what it needs from the answer. */
    @FunctionalInterface
    interface Reader<T> {
        /** @param error {@link S3Error#NONE} for a success */
        T read(Response response, S3Error error) throws IOException;
    }

    /** Of the place: empty, or ends with '/'. */
    String prefix() {
        return place.prefix();
    }

    <T> T send(Asking asking, Reader<T> reader) throws Failure, InterruptedIOException {
        for (int corrections = 0;; corrections++) {
            boolean last = corrections == MAX_CORRECTIONS;
            Http.Sending sending = sending(asking);
            Optional<T> result = http.send(sending, response -> {
                S3Error error = response.isSuccessful() ? S3Error.NONE : S3Error.of(response);
                return !last && isCorrected(response, error)
                        ? Optional.empty()
                        : Optional.of(reader.read(response, error));
            });
            if (result.isPresent()) {
                return result.get();
            }
        }
    }

    private Http.Sending sending(Asking asking) {
        String inRegion = region;
        byte[] body = asking.body() == null ? NO_BODY : asking.body();
        Request.Builder request = new Request.Builder().url(url(asking, inRegion))
                .header("User-Agent", "Aloft")
                .header("Accept-Encoding", "identity");
        var condition = asking.condition();
        boolean once = condition != null;
        if (condition != null) {
            request.header(condition.header(), condition.value());
        }
        if (asking.range() != null) {
            request.header("Range", asking.range());
        }
        if (asking.body() != null) {
            request.header("Content-Type", Bodies.BYTES.toString());
        }
        request.method(asking.method(), asking.body() == null
                ? null
                : once ? Bodies.once(body) : Bodies.of(body));
        Request signed = signer.sign(request.build(), Hashes.sha256Hex(body), inRegion,
                clock.instant().plus(skew));
        Http.Sending sending = Http.Sending.of(signed).carrying(Math.max(body.length, asking.expected()));
        return once ? sending.onlyOnce() : sending;
    }

    private HttpUrl url(Asking asking, String inRegion) {
        var url = HttpUrl.get(place.address(inRegion).toString()).newBuilder();
        if (asking.path() != null) {
            url.addEncodedPathSegments(SigV4.encode(place.prefix() + asking.path(), true));
        }
        return url.encodedQuery(asking.query()).build();
    }

    private boolean isCorrected(Response response, S3Error error) {
        if (error.code().equals("RequestTimeTooSkewed")) {
            return isTimeCorrected(response.header("Date"));
        }
        boolean elsewhere = response.isRedirect() || response.code() == 400 || response.code() == 403
                && error.code().equals("AuthorizationHeaderMalformed");
        String other = error.region();
        if (!elsewhere || other == null || other.equals(region)) {
            return false;
        }
        region = other;
        return true;
    }

    private boolean isTimeCorrected(@Nullable String date) {
        Instant now = clock.instant();
        try {
            Duration other = Duration.between(now, ZonedDateTime
                    .parse(date == null ? "" : date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
            boolean same = other.minus(skew).abs().compareTo(SAME_TIME) < 0;
            skew = other;
            return !same;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** Makes the bucket; nothing happens when it is there and ours. */
    void make() throws Failure, InterruptedIOException {
        Asking asking = Asking.of("PUT", null)
                .carrying(place.endpoint() == null
                        && !region.equals(S3Place.USUAL_REGION) ? constraint(region) : NO_BODY);
        send(asking, (response, error) -> {
            if (!response.isSuccessful() && !error.code().equals("BucketAlreadyOwnedByYou")) {
                throw error.failure(response, false);
            }
            return true;
        });
    }

    private static byte[] constraint(String region) {
        return ("<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                + "<LocationConstraint>" + region + "</LocationConstraint></CreateBucketConfiguration>")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The place in words for messages. */
    @Override
    public String toString() {
        return place.toString();
    }
}
