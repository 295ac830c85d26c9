package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the store makes of answers that S3Proxy does not give. */
class S3StoreTest {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String SECRET = "theSecretKey";

    private final MockWebServer server = new MockWebServer();
    private Store store = new MemoryStore();

    @BeforeEach
    void start() throws Exception {
        server.start();
        store = open(false);
    }

    @AfterEach
    void stop() {
        store.close();
        server.close();
    }

    private S3Store open(boolean make) throws Failure {
        String url = server.url("/").toString();
        return Stores.s3(new S3Place("bucket", "vault", url, null),
                new Credentials(null, "theKeyId\n" + SECRET),
                new Stores.Options(make, false, null, new Circuit(System::nanoTime), new Random(1), null,
                        KeptLogin.NOWHERE),
                Http.Times.USUAL, InstantSource.fixed(NOW));
    }

    private void answer(int code, String body, String... headers) {
        var response = new MockResponse.Builder().code(code).body(body);
        for (int i = 0; i < headers.length; i += 2) {
            response.addHeader(headers[i], headers[i + 1]);
        }
        server.enqueue(response.build());
    }

    private static String error(String code, String... rest) {
        return "<?xml version=\"1.0\"?>\n<Error><Code>" + code + "</Code><Message>words</Message>"
                + String.join("", rest) + "</Error>";
    }

    private RecordedRequest taken() throws InterruptedException {
        return server.takeRequest();
    }

    private static String authorization(RecordedRequest request) {
        return String.valueOf(request.getHeaders().get("Authorization"));
    }

    @Test
    void goesByTheClockOfTheStore() throws Exception {
        answer(403, error("RequestTimeTooSkewed"), "Date", "Sun, 22 Nov 2026 11:00:00 GMT");
        answer(200, "");
        answer(200, "");
        store.put("a", new byte[1]);
        store.put("b", new byte[1]);
        assertThat(taken().getHeaders().get("X-Amz-Date")).isEqualTo("20261123T120000Z");
        assertThat(taken().getHeaders().get("X-Amz-Date")).isEqualTo("20261122T110000Z");
        assertThat(taken().getHeaders().get("X-Amz-Date")).isEqualTo("20261122T110000Z");
    }

    @Test
    void aClockThatIsRightAndStillRefusedEnds() {
        answer(403, error("RequestTimeTooSkewed"), "Date", "Mon, 23 Nov 2026 12:00:01 GMT");
        assertThatThrownBy(() -> store.put("a", new byte[1])).isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("set the clock");
    }

    @ParameterizedTest
    @CsvSource({"400, AuthorizationHeaderMalformed", "301, PermanentRedirect",
            "403, AuthorizationHeaderMalformed"})
    void findsTheRegionThatTheStoreNames(int status, String code) throws Exception {
        answer(status, error(code, "<Region>garage</Region>"));
        answer(200, "");
        store.put("a", new byte[1]);
        assertThat(authorization(taken())).contains("/us-east-1/s3/");
        assertThat(authorization(taken())).contains("/garage/s3/");
    }

    @Test
    void followsNoRedirectToAnotherHost() throws Exception {
        answer(307, error("TemporaryRedirect"), "Location", "https://elsewhere.example/bucket/vault/a");
        assertThatThrownBy(() -> store.put("a", new byte[1])).isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("--region");
    }

    @Test
    void aClaimThatMetAnotherIsBusy() throws Exception {
        answers412();
        answer(409, error("ConditionalRequestConflict"));
        assertThatThrownBy(() -> store.putIfAbsent("m/1", new byte[1])).isInstanceOf(Failure.Busy.class);
    }

    private void answers412() {
        answer(200, "");
        answer(412, error("PreconditionFailed"));
        answer(200, "\1");
        answer(204, "");
    }

    @Test
    void aClaimIsSentOnceWhenItIsNotKnownWhatBecameOfIt() throws Exception {
        answers412();
        answer(500, error("InternalError"));
        assertThatThrownBy(() -> store.putIfAbsent("m/1", new byte[1]))
                .isInstanceOf(Failure.Unreachable.class);
        assertThat(server.getRequestCount()).isEqualTo(5);
    }

    @Test
    void promisesNothingWhereConditionsAreRefused() throws Exception {
        answer(501, error("NotImplemented"));
        answer(204, "");
        assertThat(store.promise()).isEqualTo(Store.Promise.NONE);
    }

    @Test
    void promisesNothingWhereConditionsAreIgnored() throws Exception {
        answer(200, "");
        answer(200, "");
        answer(204, "");
        assertThat(store.promise()).isEqualTo(Store.Promise.NONE);
    }

    @Test
    void slowDownSaysWhen() {
        answer(503, error("SlowDown"), "Retry-After", "7");
        assertThatThrownBy(() -> store.put("a", new byte[1]))
                .isInstanceOfSatisfying(Failure.Busy.class,
                        busy -> assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
    }

    @ParameterizedTest
    @CsvSource({"403, InvalidAccessKeyId, NeedsLogin", "403, SignatureDoesNotMatch, NeedsLogin",
            "403, AccessDenied, NeedsLogin", "400, ExpiredToken, NeedsLogin", "404, NoSuchBucket, Refused",
            "403, QuotaExceeded, Full", "507, XMinioStorageFull, Full", "500, InternalError, Unreachable",
            "418, Odd, Refused"})
    void saysWhatIsWrongWithoutASecret(int status, String code, String kind) {
        answer(status, error(code, "<StringToSign>" + SECRET + "</StringToSign>"));
        assertThatThrownBy(() -> store.put("a", new byte[1]))
                .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(kind))
                .hasMessageNotContaining(SECRET)
                .hasMessageEndingWith(".");
    }

    @Test
    void makesTheBucketForANewVaultAlone() throws Exception {
        try (S3Store making = open(true)) {
            answer(404, error("NoSuchBucket"));
            assertThatThrownBy(() -> making.get("vault.json", 10)).isInstanceOf(Failure.Missing.class);
            answer(404, error("NoSuchBucket"));
            answer(200, "");
            answer(200, "");
            making.put("vault.json", new byte[1]);
        }
        var paths = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            RecordedRequest request = taken();
            paths.add(request.getMethod() + " " + request.getUrl().encodedPath());
        }
        assertThat(paths).isEqualTo(List.of("GET /bucket/vault/vault.json", "PUT /bucket/vault/vault.json",
                "PUT /bucket/", "PUT /bucket/vault/vault.json"));
        answer(404, error("NoSuchBucket"));
        assertThatThrownBy(() -> store.get("vault.json", 10)).isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("aloft create");
    }

    @Test
    void listsPageByPage() throws Exception {
        answer(200,
                page("<NextContinuationToken>a/b+c=</NextContinuationToken>", "vault/o/1", "vault/o/2%2Bx"));
        answer(200, page("", "vault/o/3"));
        answer(200, page("", "elsewhere/o/9").replace(">true<", ">false<"));
        var keys = new ArrayList<String>();
        store.list("o/", listed -> keys.add(listed.key() + " " + listed.size() + " " + listed.modified()));
        assertThat(keys).containsExactly("o/1 5 1766664000000", "o/3 5 1766664000000");
        assertThat(query()).isEqualTo("list-type=2&encoding-type=url&max-keys=1000&prefix=vault%2Fo%2F");
        assertThat(query()).endsWith("&continuation-token=a%2Fb%2Bc%3D");
        assertThat(query()).endsWith("&start-after=vault%2Fo%2F3");
    }

    private String query() throws InterruptedException {
        return String.valueOf(taken().getUrl().encodedQuery());
    }

    @Test
    void aListWithoutAnEndIsRefused() {
        answer(200, page(""));
        assertThatThrownBy(() -> store.list("", _ -> {})).isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("again and again");
    }

    @Test
    void whatIsNoListIsRefused() {
        answer(200, "<html><body>Welcome</body></html>");
        assertThatThrownBy(() -> store.list("", _ -> {})).isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("no S3");
    }

    private static String page(String token, String... keys) {
        var out = new StringBuilder("<ListBucketResult><IsTruncated>true</IsTruncated>").append(token);
        for (String key : keys) {
            out.append("<Contents><Key>")
                    .append(key)
                    .append("</Key><LastModified>2025-12-25T12:00:00.000Z</LastModified><Size>5</Size></Contents>");
        }
        return out.append("</ListBucketResult>").toString();
    }

    @Test
    void replacesAtAStoreThatKnowsItsTagsWithoutQuotesAlone() throws Exception {
        byte[] old = {7};
        answer(200, "\7", "ETag", "\"abc\"");
        answers412();
        answer(200, "");
        answer(200, "\7", "ETag", "\"abc\"");
        answer(412, error("PreconditionFailed"));
        answer(200, "\7", "ETag", "\"abc\"");
        answer(200, "");
        answer(204, "");
        assertThat(store.replace("vault.json", new byte[]{8}, Hashes.sha256Hex(old))).isTrue();
        var conditions = new ArrayList<String>();
        for (int i = 0; i < 11; i++) {
            String condition = taken().getHeaders().get("If-Match");
            if (condition != null) {
                conditions.add(condition);
            }
        }
        assertThat(conditions).containsExactly("\"abc\"", "abc");
    }

    @Test
    void theKeysAreTwoOrThreeLines() throws Exception {
        assertThat(S3Keys.parse("id\nsecret\n")).isEqualTo(new S3Keys("id", "secret", null));
        assertThat(S3Keys.parse(" id \r\nsecret\r\n\r\ntoken"))
                .isEqualTo(new S3Keys("id", "secret", "token"));
        assertThat(S3Keys.parse(new S3Keys("a", "b", "c").write())).isEqualTo(new S3Keys("a", "b", "c"));
        assertThat(new S3Keys("id", SECRET, SECRET).toString()).doesNotContain(SECRET);
        assertThatThrownBy(() -> S3Keys.parse(null)).isInstanceOf(Failure.NeedsLogin.class);
        for (String wrong : List.of("", "id", "a\nb\nc\nd", "i d\nsecret", "x\n".repeat(5000))) {
            assertThatThrownBy(() -> S3Keys.parse(wrong)).isInstanceOf(Failure.NeedsLogin.class)
                    .hasMessageContaining("--password-file");
        }
    }
}
