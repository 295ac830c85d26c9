package aloft.store;

import aloft.failure.Failure;
import aloft.store.S3Bucket.Asking;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** A listing (ListObjectsV2), page by page. For one thread. */
final class S3Listing {

    /** Of one page: a thousand objects with the longest keys there can be, encoded. */
    private static final long MAX_BYTES = 32L << 20;

    private final S3Bucket bucket;
    private final String base;
    private final String prefix;
    private final Store.Listing to;
    private String token = "";
    private String last = "";

    S3Listing(S3Bucket bucket, String prefix, Store.Listing to) {
        this.bucket = bucket;
        this.base = bucket.prefix();
        this.prefix = prefix;
        this.to = to;
    }

    /** Asks for the next page. */
    Asking next() {
        return Asking.of("GET", null)
                .asking("list-type=2&encoding-type=url&max-keys=1000&prefix="
                        + SigV4.encode(base + prefix, false)
                        + (token.isEmpty()
                                ? last.isEmpty() ? "" : "&start-after=" + SigV4.encode(last, false)
                                : "&continuation-token=" + SigV4.encode(token, false)));
    }

    /** @return whether there is another page */
    boolean read(Response response) throws IOException {
        var page = new Page();
        String before = token + "\n" + last;
        try {
            S3Xml.read(response.body().byteStream(), MAX_BYTES, "ListBucketResult", page::ended);
        } catch (XmlGuard.Malformed e) {
            throw new Failure.Refused(bucket + " answers with what is no S3: is the place right?", e);
        }
        token = page.token;
        if (page.truncated && before.equals(token + "\n" + last)) {
            throw new Failure.Refused(bucket + " gives the same page of its list again and again.", null);
        }
        return page.truncated;
    }

    private final class Page {

        private boolean truncated;
        private String token = "";
        private @Nullable String key;
        private long size = -1;
        private long modified;

        void ended(String path, String text) throws Failure {
            switch (path) {
                case "IsTruncated" -> truncated = text.equals("true");
                case "NextContinuationToken" -> token = text;
                case "Contents/Key" -> key = decoded(text);
                case "Contents/Size" -> size = number(text);
                case "Contents/LastModified" -> modified = CloudValues.millis(text);
                case "Contents" -> {
                    tell();
                    key = null;
                    size = -1;
                }
                default -> {
                    // of no use here
                }
            }
        }

        private void tell() {
            if (key == null) {
                return;
            }
            last = key;
            String path = key.startsWith(base + prefix) ? key.substring(base.length()) : "";
            if (Keys.isKey(path) && size >= 0) {
                to.accept(new Store.Listed(path, size, modified));
            }
        }

        private static String decoded(String text) throws Failure {
            try {
                return URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new Failure.Refused("The store's list has a key that is not encoded as was asked.", e);
            }
        }

        private static long number(String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                return -1;
            }
        }
    }
}
