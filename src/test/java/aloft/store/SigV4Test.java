package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;

/** The examples in AWS's own description of the signature for S3 ("Signature Calculations for the Authorization Header"). */
class SigV4Test {

    private static final Instant THEN = Instant.parse("2013-05-24T00:00:00Z");
    private static final String NOTHING = Hashes.sha256Hex(new byte[0]);

    private final SigV4 signer = new SigV4(new S3Keys("AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null));

    private static Request.Builder request(String path) {
        return new Request.Builder().url("https://examplebucket.s3.amazonaws.com" + path);
    }

    private String signature(Request.Builder request, String body) {
        String header = String.valueOf(
                signer.sign(request.build(), body, "us-east-1", THEN).header("Authorization"));
        assertThat(header).startsWith(
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=");
        return header.substring(header.indexOf("Signature=") + "Signature=".length());
    }

    @Test
    void getsAPartOfAnObject() {
        assertThat(signature(request("/test.txt").header("Range", "bytes=0-9"), NOTHING))
                .isEqualTo("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    }

    @Test
    void putsAnObject() {
        byte[] body = "Welcome to Amazon S3.".getBytes(StandardCharsets.US_ASCII);
        assertThat(signature(request("/" + SigV4.encode("test$file.text", true))
                .header("Date", "Fri, 24 May 2013 00:00:00 GMT")
                .header("x-amz-storage-class", "REDUCED_REDUNDANCY")
                .put(RequestBody.create(body)), Hashes.sha256Hex(body)))
                .isEqualTo("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    }

    @Test
    void asksForAPropertyOfTheBucket() {
        assertThat(signature(request("/?lifecycle"), NOTHING))
                .isEqualTo("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    }

    @Test
    void listsTheBucket() {
        assertThat(signature(request("/?max-keys=2&prefix=J"), NOTHING))
                .isEqualTo("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    }

    @Test
    void encodesAllThatIsReserved() {
        assertThat(SigV4.encode("a b/ä+'(~)*", true)).isEqualTo("a%20b/%C3%A4%2B%27%28~%29%2A");
        assertThat(SigV4.encode("a/b=", false)).isEqualTo("a%2Fb%3D");
    }

    @Test
    void carriesTheTokenOfASession() {
        var session = new SigV4(new S3Keys("id", "secret", "token"));
        Request signed = session.sign(request("/x").build(), NOTHING, "eu-north-1", THEN);
        assertThat(signed.header("X-Amz-Security-Token")).isEqualTo("token");
        assertThat(signed.header("Authorization")).contains("/eu-north-1/s3/")
                .contains("x-amz-date;x-amz-security-token")
                .doesNotContain("secret");
    }
}
