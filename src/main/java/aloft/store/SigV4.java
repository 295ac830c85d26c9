package aloft.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import okhttp3.HttpUrl;
import okhttp3.Request;

/**
 * Signs requests as S3 wants it: AWS Signature Version 4 with the path encoded once, and the body's hash
 * among what is signed. Path and query must be encoded already as {@link #encode} does it. Thread safe.
 */
final class SigV4 {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
            .withZone(ZoneOffset.UTC);
    private static final int DATE = 8;

    private final S3Keys keys;

    SigV4(S3Keys keys) {
        this.keys = keys;
    }

    /**
     * The request with its signature. All of its headers are signed.
     *
     * @param body SHA-256 in hex
     */
    Request sign(Request request, String body, String region, Instant now) {
        String time = TIME.format(now);
        Request.Builder dated = request.newBuilder()
                .header("X-Amz-Date", time)
                .header("X-Amz-Content-Sha256", body);
        if (keys.token() != null) {
            dated.header("X-Amz-Security-Token", keys.token());
        }
        Request whole = dated.build();
        var headers = new TreeMap<String, String>();
        headers.put("host", Troubles.host(whole.url()));
        whole.headers()
                .names()
                .forEach(name -> headers.put(name.toLowerCase(Locale.ROOT),
                        String.join(",", whole.headers(name)).strip().replaceAll(" +", " ")));
        String names = String.join(";", headers.keySet());
        String scope = time.substring(0, DATE) + "/" + region + "/s3/aws4_request";
        String toSign = ALGORITHM + "\n" + time + "\n" + scope + "\n"
                + Hashes.sha256Hex(utf8(canonical(whole, headers, names, body)));
        String signature = HexFormat.of().formatHex(hmac(key(time.substring(0, DATE), region), toSign));
        return whole.newBuilder()
                .header("Authorization", ALGORITHM + " Credential=" + keys.id() + "/" + scope
                        + ",SignedHeaders=" + names + ",Signature=" + signature)
                .build();
    }

    private static String canonical(Request request, Map<String, String> headers, String names,
            String body) {
        var text = new StringBuilder(request.method()).append('\n')
                .append(request.url().encodedPath())
                .append('\n')
                .append(query(request.url()))
                .append('\n');
        headers.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
        return text.append('\n').append(names).append('\n').append(body).toString();
    }

    /** The parameters in the order of their names. */
    private static String query(HttpUrl url) {
        String query = url.encodedQuery();
        if (query == null) {
            return "";
        }
        String[] each = query.split("&", -1);
        for (int i = 0; i < each.length; i++) {
            each[i] = each[i].contains("=") ? each[i] : each[i] + "=";
        }
        Arrays.sort(each);
        return String.join("&", each);
    }

    private byte[] key(String date, String region) {
        byte[] ofDate = hmac(utf8("AWS4" + keys.secret()), date);
        return hmac(hmac(hmac(ofDate, region), "s3"), "aws4_request");
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(utf8(text));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has HmacSHA256", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** With "%XX" for all but the unreserved chars of RFC 3986 and, where {@code slash} is set, '/'. */
    static String encode(String text, boolean slash) {
        var out = new StringBuilder(text.length());
        for (byte b : utf8(text)) {
            char c = (char) (b & 0xff);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                    || "-._~".indexOf(c) >= 0 || slash && c == '/';
            if (plain) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return out.toString();
    }
}
