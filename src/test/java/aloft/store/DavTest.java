package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Odd answers of servers, and none at all. */
class DavTest {

    private static final Http.Times SHORT = new Http.Times(Duration.ofSeconds(10), Duration.ofMillis(200),
            Duration.ofSeconds(10), 1_000_000);

    private final MockWebServer server = new MockWebServer();
    private Http http = new Http(Http.Times.USUAL, null);

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private Dav dav() {
        return new Dav(http, server.url("/dav/"), okhttp3.Credentials.basic("user", "secret"));
    }

    private void answer(MockResponse.Builder answer) {
        server.enqueue(answer.build());
    }

    private static MockResponse.Builder code(int code) {
        return new MockResponse.Builder().code(code);
    }

    private byte[] read(long offset, int length) throws IOException {
        var out = new ByteArrayOutputStream();
        dav().read("a", offset, length, out::write);
        return out.toByteArray();
    }

    @Test
    void sendsTheLoginAtOnce() throws Exception {
        answer(code(200).body("x"));
        dav().get("m/1", 10);
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/dav/m/1");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Basic dXNlcjpzZWNyZXQ=");
        assertThat(request.getHeaders().get("Accept-Encoding")).isEqualTo("identity");
    }

    @Test
    void skipsToTheRangeWhenTheServerSendsEverything() throws Exception {
        answer(code(200).body("0123456789"));
        assertThat(read(3, 4)).asString().isEqualTo("3456");
        assertThat(server.takeRequest().getHeaders().get("Range")).isEqualTo("bytes=3-6");
    }

    @Test
    void takesNoMoreThanTheRange() throws Exception {
        answer(code(206).setHeader("Content-Range", "bytes 3-9/10").body("3456789"));
        assertThat(read(3, 4)).asString().isEqualTo("3456");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes 2-5/10", "bytes */10", "", "bytes 99999999999999999999-1/2"})
    void refusesAnotherRange(String range) {
        answer(code(206).setHeader("Content-Range", range).body("2345"));
        assertThatThrownBy(() -> read(3, 4)).isInstanceOf(Failure.Refused.class);
    }

    @Test
    void anObjectThatEndsInTheRangeIsDamaged() {
        answer(code(206).setHeader("Content-Range", "bytes 3-4/5").body("34"));
        assertThatThrownBy(() -> read(3, 4)).isInstanceOf(Failure.Damaged.class);
        answer(code(416));
        assertThatThrownBy(() -> read(3, 4)).isInstanceOf(Failure.Damaged.class);
        answer(code(200).body("01"));
        assertThatThrownBy(() -> read(3, 4)).isInstanceOf(Failure.Damaged.class);
    }

    @Test
    void aConnectionThatBreaksInTheMiddleIsNotDamage() {
        answer(code(206).setHeader("Content-Range", "bytes 0-99999/100000")
                .body("x".repeat(100_000))
                .onResponseBody(new SocketEffect.CloseSocket()));
        assertThatThrownBy(() -> read(0, 100_000)).isInstanceOf(Failure.Unreachable.class);
    }

    @Test
    void readsNoMoreThanTheLimitOfAnAnswerWithoutLength() throws Exception {
        answer(code(200).chunkedBody("x".repeat(100_001), 1_000));
        assertThatThrownBy(() -> dav().get("a", 100_000)).isInstanceOf(Failure.Damaged.class);
        answer(code(200).chunkedBody("x".repeat(100_000), 1_000));
        assertThat(dav().get("a", 100_000).bytes()).hasSize(100_000);
    }

    @ParameterizedTest
    @CsvSource({"401, NeedsLogin", "403, NeedsLogin", "404, Missing", "410, Missing", "413, Refused",
            "507, Full",
            "423, Busy", "429, Busy", "502, Busy", "503, Busy", "504, Busy", "500, Unreachable",
            "418, Refused",
            "501, Refused", "206, Refused"})
    void tellsWhatAnAnswerMeans(int code, String failure) throws Exception {
        answer(code(code).setHeader("Retry-After", "7"));
        assertThatThrownBy(() -> dav().get("a", 10)).satisfies(e -> {
            assertThat(e.getClass().getSimpleName()).isEqualTo(failure);
            assertThat(e).hasMessageNotContainingAny("secret", "dXNlcjpzZWNyZXQ");
        });
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void saysHowLongTheServerAsksToWait() {
        answer(code(429).setHeader("Retry-After", "7"));
        assertThatThrownBy(() -> dav().get("a", 10)).isInstanceOfSatisfying(Failure.Busy.class,
                busy -> assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void aDateToWaitForIsByTheClockOfTheServer() {
        answer(code(503).setHeader("Date", "Sun, 22 Nov 2026 11:00:00 GMT")
                .setHeader("Retry-After", "Sun, 22 Nov 2026 11:00:07 GMT"));
        assertThatThrownBy(() -> dav().get("a", 10)).isInstanceOfSatisfying(Failure.Busy.class,
                busy -> assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 500, 502, 503, 504})
    void aClaimIsSentOnceWhateverTheAnswer(int code) {
        for (int i = 0; i < 3; i++) {
            answer(code(code).setHeader("Retry-After", "0"));
        }
        assertThatThrownBy(() -> dav().putIf("m/1", new byte[10], "If-None-Match", "*"))
                .isInstanceOf(Failure.Unreachable.class);
        assertThat(server.getRequestCount()).isEqualTo(1);
        assertThatThrownBy(() -> dav().move("a", "b", false))
                .isInstanceOf(Failure.Unreachable.class);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void aClaimIsSentOnceWhenAnOldConnectionDies() throws Exception {
        answer(code(200).body("x"));
        answer(code(201).onResponseStart(new SocketEffect.CloseSocket()));
        answer(code(412));
        dav().get("a", 10);
        assertThatThrownBy(() -> dav().putIf("m/1", new byte[10], "If-None-Match", "*"))
                .isInstanceOf(Failure.Unreachable.class);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void aMoveIsSentOnceWhenAnOldConnectionDies() throws Exception {
        answer(code(200).body("x"));
        answer(code(201).onResponseStart(new SocketEffect.CloseSocket()));
        answer(code(412));
        dav().get("a", 10);
        assertThatThrownBy(() -> dav().move("a", "b", false)).isInstanceOf(Failure.Unreachable.class);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void followsARedirectOnTheSameHost() throws Exception {
        answer(code(307).setHeader("Location", "/other/a"));
        answer(code(201));
        assertThat(dav().put("a", new byte[]{1, 2})).isEqualTo(Dav.Outcome.DONE);
        server.takeRequest();
        RecordedRequest second = server.takeRequest();
        assertThat(second.getTarget()).isEqualTo("/other/a");
        assertThat(second.getMethod()).isEqualTo("PUT");
        assertThat(second.getBodySize()).isEqualTo(2);
    }

    @Test
    void followsNoRedirectToAnotherHost() throws Exception {
        try (var other = new MockWebServer()) {
            other.start();
            answer(code(302).setHeader("Location", other.url("/dav/a").toString()));
            assertThatThrownBy(() -> dav().get("a", 10)).isInstanceOf(Failure.Refused.class)
                    .hasMessageContaining(other.url("/dav/a").toString());
            assertThat(other.getRequestCount()).isZero();
        }
    }

    @Test
    void followsNoRedirectsForEver() {
        for (int i = 0; i < 10; i++) {
            answer(code(302).setHeader("Location", "/dav/x" + i));
        }
        assertThatThrownBy(() -> dav().get("a", 10)).isInstanceOf(Failure.class);
        assertThat(server.getRequestCount()).isLessThan(6);
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() {
        http = new Http(SHORT, null);
        answer(code(200).onResponseStart(SocketEffect.Stall.INSTANCE));
        assertThatThrownBy(() -> dav().get("a", 10)).isInstanceOf(Failure.Unreachable.class)
                .hasMessageContaining("too long");
    }

    @Test
    void aServerThatStopsInTheMiddleIsGivenUp() {
        http = new Http(SHORT, null);
        answer(code(200).body("x".repeat(100_000)).onResponseBody(SocketEffect.Stall.INSTANCE));
        assertThatThrownBy(() -> dav().get("a", 100_000)).isInstanceOf(Failure.Unreachable.class);
    }

    @Test
    void aServerThatTricklesIsGivenUp() {
        http = new Http(new Http.Times(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(300),
                1_000_000), null);
        answer(code(200).body("x".repeat(100_000))
                .throttleBody(10, 20, java.util.concurrent.TimeUnit.MILLISECONDS));
        assertThatThrownBy(() -> dav().get("a", 100_000)).isInstanceOf(Failure.Unreachable.class);
    }

    @Test
    void aServerThatIsNotThereIsNotConnected() {
        server.close();
        assertThatThrownBy(() -> dav().get("a", 10)).isInstanceOf(Failure.Unreachable.class)
                .hasCauseInstanceOf(NotConnected.class)
                .hasMessageContaining("refuses");
    }

    @Test
    void aNameThatNobodyKnowsIsNotConnected() {
        var nowhere = new Dav(http, okhttp3.HttpUrl.get("http://nowhere.invalid/"), null);
        assertThatThrownBy(() -> nowhere.get("a", 10)).isInstanceOf(Failure.Unreachable.class)
                .hasCauseInstanceOf(NotConnected.class);
    }

    @Test
    void anInterruptEndsACallThatHangs() throws Exception {
        var arrived = new CountDownLatch(1);
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                arrived.countDown();
                return code(200).onResponseStart(SocketEffect.Stall.INSTANCE).build();
            }
        });
        var thrown = new AtomicReference<Throwable>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                dav().get("a", 10);
            } catch (IOException e) {
                thrown.set(e);
            }
        });
        arrived.await();
        caller.interrupt();
        caller.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void anInterruptInTheMiddleEndsTheReaderToo() throws Exception {
        answer(code(206).setHeader("Content-Range", "bytes 0-999999/1000000")
                .body("x".repeat(1_000_000))
                .onResponseBody(SocketEffect.Stall.INSTANCE));
        var begun = new CountDownLatch(1);
        var taken = new ArrayList<Integer>();
        var thrown = new AtomicReference<Throwable>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                dav().read("a", 0, 1_000_000, (_, _, count) -> {
                    taken.add(count);
                    begun.countDown();
                });
            } catch (IOException e) {
                thrown.set(e);
            }
        });
        begun.await();
        caller.interrupt();
        caller.join();
        List<Integer> atTheEnd = List.copyOf(taken);
        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
        server.close();
        assertThat(taken).isEqualTo(atTheEnd);
    }

    @Test
    void waitsForAnObjectIfTheServerDoes() throws Exception {
        answer(code(200).setHeader("Preference-Applied", "wait").body("x"));
        var waited = new CountDownLatch(1);
        assertThat(dav().await("m/1", 10, Duration.ofSeconds(20), waited::countDown)).get()
                .satisfies(got -> assertThat(got.bytes()).asString(StandardCharsets.UTF_8).isEqualTo("x"));
        assertThat(waited.getCount()).isZero();
        assertThat(server.takeRequest().getHeaders().get("Prefer")).isEqualTo("wait=20");
        answer(code(404));
        assertThat(dav().await("m/1", 10, Duration.ofSeconds(20), () -> {
            throw new AssertionError("it did not wait");
        })).isEmpty();
    }

    @Test
    void aWaitIsLongerThanAStall() throws Exception {
        http = new Http(SHORT, null);
        answer(code(404).headersDelay(600, java.util.concurrent.TimeUnit.MILLISECONDS));
        assertThat(dav().await("m/1", 10, Duration.ofSeconds(5), () -> {})).isEmpty();
    }

    @Test
    void keepsOnlyStrongTags() throws Exception {
        answer(code(200).setHeader("ETag", "W/\"1\"").body(""));
        assertThat(dav().get("a", 10).etag()).isNull();
        answer(code(200).setHeader("ETag", "\"1\"").body(""));
        assertThat(dav().get("a", 10).etag()).isEqualTo("\"1\"");
    }
}
