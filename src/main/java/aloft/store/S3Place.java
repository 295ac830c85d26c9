package aloft.store;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of an S3 store, or a part of one. As text {@code s3://bucket/prefix}, followed by
 * {@code ?endpoint=…&region=…} where these are given.
 *
 * @param prefix empty, or ends with '/'
 * @param endpoint http or https, no path; "{bucket}" in the host stands for the bucket, and without it the
 *        bucket is the first part of the path; null for AWS
 * @param region null when it is to be found out
 */
public record S3Place(String bucket, String prefix, @Nullable String endpoint, @Nullable String region)
        implements
            Place {

    /** What is asked first where nothing is said; every store knows it or names another. */
    static final String USUAL_REGION = "us-east-1";

    static final String BUCKET = "{bucket}";
    private static final Pattern BUCKETS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,62}");
    private static final Pattern REGIONS = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern ENDPOINTS = Pattern
            .compile("https?://(\\{bucket}\\.)?(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?/?");
    private static final Pattern TEXT = Pattern.compile("(?i:s3)://([^/?#@]*)(/[^?#]*)?(?:\\?([^#]*))?");
    private static final int MAX_PREFIX = 500;

    /** @throws IllegalArgumentException when it cannot be; the message is for the user */
    public S3Place {
        if (!BUCKETS.matcher(bucket).matches()) {
            throw new IllegalArgumentException("\"" + bucket
                    + "\" is no name of a bucket: letters, digits, '-' and '.', at least three.");
        }
        prefix = folder(prefix);
        if (endpoint != null && !ENDPOINTS.matcher(endpoint).matches()) {
            throw new IllegalArgumentException(
                    "The endpoint of an S3 store is https://HOST, or https://{bucket}.HOST where the bucket is to be part of the host.");
        }
        endpoint = endpoint == null || !endpoint.endsWith("/")
                ? endpoint
                : endpoint.substring(0, endpoint.length() - 1);
        if (region != null && !isRegion(region)) {
            throw new IllegalArgumentException("\"" + region + "\" is no name of a region.");
        }
    }

    static boolean isRegion(String text) {
        return REGIONS.matcher(text).matches();
    }

    private static String folder(String text) {
        String plain = text.replaceAll("^/+|/+$", "");
        boolean odd = plain.length() > MAX_PREFIX || plain.chars().anyMatch(c -> c < ' ' || c == 0x7f);
        for (String part : plain.split("/", -1)) {
            odd |= part.equals(".") || part.equals("..") || part.isEmpty() && !plain.isEmpty();
        }
        if (odd) {
            throw new IllegalArgumentException("\"" + text + "\" cannot be a folder in a bucket.");
        }
        return plain.isEmpty() ? "" : plain + "/";
    }

    static S3Place of(String text) {
        var parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "A place at S3 is s3://BUCKET or s3://BUCKET/FOLDER; keys do not belong into it.");
        }
        String endpoint = null;
        String region = null;
        for (String option : parts.group(3) == null ? new String[0] : parts.group(3).split("&", 10)) {
            if (option.startsWith("endpoint=")) {
                endpoint = decoded(option.substring("endpoint=".length()));
            } else if (option.startsWith("region=")) {
                region = decoded(option.substring("region=".length()));
            } else {
                throw new IllegalArgumentException("After '?' a place at S3 has only endpoint and region.");
            }
        }
        return new S3Place(parts.group(1), parts.group(2) == null ? "" : decoded(parts.group(2)), endpoint,
                region);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The same place, with what is not null in place of what it says itself. */
    public S3Place with(@Nullable String otherEndpoint, @Nullable String otherRegion) {
        return new S3Place(bucket, prefix, otherEndpoint == null ? endpoint : otherEndpoint,
                otherRegion == null ? region : otherRegion);
    }

    /** Whether the user means this place with that one, which need not say again where the store is. */
    public boolean isMeantBy(S3Place said) {
        return bucket.equals(said.bucket) && prefix.equals(said.prefix)
                && (said.endpoint == null || said.endpoint.equals(endpoint))
                && (said.region == null || said.region.equals(region));
    }

    /** Where requests for objects go, for a region; ends with '/'. The bucket is in it, the prefix is not. */
    URI address(String inRegion) {
        if (endpoint == null) {
            String host = "s3." + inRegion + ".amazonaws.com" + (inRegion.startsWith("cn-") ? ".cn" : "");
            // a certificate for *.s3… does not hold for a bucket with a dot in its name
            return URI.create(bucket.contains(".") || !bucket.equals(bucket.toLowerCase(Locale.ROOT))
                    ? "https://" + host + "/" + bucket + "/"
                    : "https://" + bucket + "." + host + "/");
        }
        return URI.create(endpoint.contains(BUCKET)
                ? endpoint.replace(BUCKET, bucket) + "/"
                : endpoint + "/" + bucket + "/");
    }

    @Override
    public String name() {
        return prefix.isEmpty()
                ? bucket
                : prefix.substring(prefix.lastIndexOf('/', prefix.length() - 2) + 1, prefix.length() - 1);
    }

    @Override
    public String toString() {
        String options = (endpoint == null ? "" : "&endpoint=" + endpoint)
                + (region == null ? "" : "&region=" + region);
        String path = prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1);
        return "s3://" + bucket + path.replace("%", "%25").replace("?", "%3F").replace("#", "%23")
                + (options.isEmpty() ? "" : "?" + options.substring(1));
    }
}
