package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What S3 says besides the status of an answer that is no success.
 *
 * @param code such as "NoSuchKey"; empty when there is none, as in answers to HEAD
 * @param region where the bucket is, null when not told
 */
record S3Error(String code, @Nullable String region) {

    static final S3Error NONE = new S3Error("", null);

    private static final int MAX_BYTES = 64 * 1024;
    private static final Pattern CODES = Pattern.compile("[A-Za-z0-9.]{1,64}");
    private static final Pattern AWS_HOST = Pattern
            .compile("(?:.*\\.)?s3[.-]([a-z]{2}(?:-[a-z0-9]+)+-\\d+)\\.amazonaws\\.com(?:\\.cn)?");

    static S3Error of(Response response) {
        var found = new Object() {
            String code = "";
            @Nullable
            String region = response.header("x-amz-bucket-region");
        };
        try {
            S3Xml.read(response.body().byteStream(), MAX_BYTES, "Error", (path, text) -> {
                if (path.equals("Code") && CODES.matcher(text).matches()) {
                    found.code = text;
                } else if (path.equals("Region") && found.region == null) {
                    found.region = text;
                }
            });
        } catch (IOException e) {
            // an answer without words, or not from the store itself: the status must do
        }
        String region = found.region == null ? ofLocation(response) : found.region;
        return new S3Error(found.code, region != null && S3Place.isRegion(region) ? region : null);
    }

    private static @Nullable String ofLocation(Response response) {
        String location = response.header("Location");
        var url = location == null ? null : response.request().url().resolve(location);
        Matcher host = AWS_HOST.matcher(url == null ? "" : url.host());
        return host.matches() ? host.group(1) : null;
    }

    /** What the answer means, whatever was asked. */
    Failure failure(Response response, boolean claim) {
        String host = Troubles.host(response.request().url());
        return switch (code) {
            case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSecurity", "NotSignedUp" ->
                new Failure.NeedsLogin(host + " does not accept the keys: check key id and secret.");
            case "ExpiredToken", "InvalidToken", "TokenRefreshRequired", "ExpiredTokenException" ->
                new Failure.NeedsLogin("The session of the keys for " + host
                        + " is over: get new ones and mount again.");
            case "AccessDenied", "AllAccessDisabled", "AccountProblem" -> new Failure.NeedsLogin(host
                    + " does not allow this to these keys: they need to list the bucket, and to get, put and delete objects.");
            case "RequestTimeTooSkewed" -> new Failure.Refused("The clock of this computer and that of "
                    + host + " differ, and the latter is not told: set the clock.", null);
            case "SlowDown", "ServiceUnavailable", "Throttling", "ThrottlingException",
                    "RequestLimitExceeded",
                    "TooManyRequests", "BandwidthLimitExceeded", "OperationAborted",
                    "ConditionalRequestConflict", "XMinioServerNotInitialized" ->
                new Failure.Busy(host + " is busy at present (" + code + ").", wait(response));
            case "QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "StorageQuotaExceeded",
                    "XMinioAdminBucketQuotaExceeded" ->
                new Failure.Full("There is no space left at " + host + ".", null);
            case "NoSuchBucket" -> new Failure.Refused("There is no such bucket at " + host
                    + ": check the place, or make a vault there with aloft create.", null);
            case "BucketAlreadyExists" -> new Failure.Refused(
                    "A bucket of that name at " + host + " belongs to somebody else: choose another.", null);
            default -> response.isRedirect()
                    ? new Failure.Refused(host + " sends elsewhere: name the right --endpoint or --region.",
                            null)
                    : Troubles.refused(response, claim);
        };
    }

    private static Duration wait(Response response) {
        return Troubles.wait(response);
    }
}
