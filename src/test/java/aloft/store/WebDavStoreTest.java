package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import aloft.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.QueueDispatcher;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store makes of servers that are not what they say. */
class WebDavStoreTest {

    private final MockWebServer server = new MockWebServer();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> headers = new HashMap<>(Map.of("DAV", "1, 2"));
    private boolean honoursOverwrite = true;
    private boolean honoursConditions = true;
    private Store store = new MemoryStore();

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(new Files());
        server.start();
        store = open(true);
    }

    @AfterEach
    void stop() {
        store.close();
        server.close();
    }

    private Store open(boolean make) throws Failure {
        return Stores.webDav((Place.Web) Place.parse(server.url("/dav/").toString()), Credentials.NONE,
                new Stores.Options(make, false, null, new Circuit(System::nanoTime), new Random(1), null,
                        KeptLogin.NOWHERE),
                Http.Times.USUAL);
    }

    /** A small server in memory, as good as the test wants it. */
    private final class Files extends Dispatcher {

        private final Map<String, ByteString> files = new HashMap<>();

        @Override
        public synchronized MockResponse dispatch(RecordedRequest request) {
            String path = request.getUrl().encodedPath();
            requests.add(request.getMethod() + " " + path.replaceAll("[0-9a-f]{32}", "N"));
            var answer = new MockResponse.Builder();
            headers.forEach(answer::addHeader);
            ByteString body = request.getBody() == null ? ByteString.EMPTY : request.getBody();
            return switch (request.getMethod()) {
                case "HEAD" -> answer.code(files.containsKey(path) ? 200 : 404).build();
                case "OPTIONS" -> answer.code(200).build();
                case "MKCOL" -> answer.code(201).build();
                case "PUT" -> {
                    boolean refused = honoursConditions && request.getHeaders().get("If-None-Match") != null
                            && files.containsKey(path);
                    if (!refused) {
                        files.put(path, body);
                    }
                    yield answer.code(refused ? 412 : 201).build();
                }
                case "MOVE" -> move(path, request, answer);
                case "DELETE" -> answer.code(files.remove(path) == null ? 404 : 204).build();
                case "PROPFIND" -> answer.code(207).body(listing(path)).build();
                default -> files.containsKey(path)
                        ? answer.code(200).body(files.get(path).utf8()).build()
                        : answer.code(404).build();
            };
        }

        private MockResponse move(String path, RecordedRequest request, MockResponse.Builder answer) {
            String target = HttpUrl.get(String.valueOf(request.getHeaders().get("Destination")))
                    .encodedPath();
            if (!files.containsKey(path)) {
                return answer.code(404).build();
            }
            if (honoursOverwrite && "F".equals(request.getHeaders().get("Overwrite"))
                    && files.containsKey(target)) {
                return answer.code(412).build();
            }
            files.put(target, files.remove(path));
            return answer.code(201).build();
        }

        private String listing(String folder) {
            var out = new StringBuilder("<multistatus xmlns=\"DAV:\">").append(response(folder, true));
            files.keySet()
                    .stream()
                    .filter(path -> path.startsWith(folder))
                    .forEach(
                            path -> out.append(response(path, false)));
            return out.append("</multistatus>").toString();
        }

        private static String response(String path, boolean folder) {
            return "<response><href>" + path + "</href><propstat><prop><resourcetype>"
                    + (folder ? "<collection/>" : "")
                    + "</resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat></response>";
        }
    }

    @Test
    void aClaimAtOurOwnServerIsOneRequest() throws Exception {
        headers.put("Aloft-Server", "1");
        assertThat(store.putIfAbsent("m/1", new byte[1])).isTrue();
        requests.clear();
        assertThat(store.putIfAbsent("m/2", new byte[1])).isTrue();
        assertThat(requests).containsExactly("PUT /dav/m/2");
        assertThat(store.promise()).isEqualTo(Store.Promise.ATOMIC);
        assertThat(store.canAwait()).isTrue();
    }

    @Test
    void aProxyThatSaysItIsLighttpdIsTried() throws Exception {
        headers.put("Server", "lighttpd/1.4.69");
        assertThat(store.promise()).isEqualTo(Store.Promise.ATOMIC);
        honoursConditions = false;
        try (Store other = open(false)) {
            assertThat(other.promise()).isEqualTo(Store.Promise.LEASE);
        }
    }

    @Test
    void aServerThatMovesOverWhatIsThereIsPromisedNothing() throws Exception {
        honoursOverwrite = false;
        assertThat(store.promise()).isEqualTo(Store.Promise.NONE);
        assertThat(store.putIfAbsent("m/1", "x".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(store.putIfAbsent("m/1", new byte[1])).isFalse();
        assertThat(store.get("m/1", 10).bytes()).asString().isEqualTo("x");
    }

    @Test
    void aClaimWithALeaseTakesFiveAnswersOneAfterTheOther() throws Exception {
        assertThat(store.putIfAbsent("m/1", new byte[1])).isTrue();
        store.close();
        requests.clear();
        assertThat(store.putIfAbsent("m/2", new byte[1])).isTrue();
        store.close();
        assertThat(requests).containsExactly("PUT /dav/m/~N", "PUT /dav/~aloft/lock/N~m",
                "PROPFIND /dav/~aloft/lock/", "MOVE /dav/m/~N", "GET /dav/m/2", "DELETE /dav/m/~N",
                "DELETE /dav/~aloft/lock/N~m");
    }

    @Test
    void putsInOneRequestWhereAPutIsWhole() throws Exception {
        headers.put("DAV", "1, 3, extended-mkcol, nc-calendar-search");
        store.put("o/1", new byte[1]);
        requests.clear();
        store.put("o/2", new byte[1]);
        assertThat(requests).containsExactly("PUT /dav/o/2");
    }

    @Test
    void movesWhatItPutsWhereNobodyKnows() throws Exception {
        store.put("o/1", new byte[1]);
        requests.clear();
        store.put("o/2", new byte[1]);
        assertThat(requests).containsExactly("PUT /dav/o/~N", "MOVE /dav/o/~N");
    }

    @Test
    void refusesAPlaceWithoutWebDav() {
        headers.remove("DAV");
        assertThatThrownBy(() -> store.put("a", new byte[1])).isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("no WebDAV");
    }

    @Test
    void makesThePlaceOnlyForANewVault() throws Exception {
        store.put("a", new byte[1]);
        assertThat(requests).contains("MKCOL /dav/");
        requests.clear();
        try (Store other = open(false)) {
            other.put("b", new byte[1]);
            assertThat(requests).doesNotContain("MKCOL /dav/");
        }
    }

    @Test
    void goesOnWithADownloadThatBroke() throws Exception {
        server.setDispatcher(new QueueDispatcher());
        server.enqueue(new MockResponse.Builder().code(206)
                .setHeader("Content-Range", "bytes 0-7/8")
                .setHeader("Content-Length", "8")
                .body("0123")
                .setHeader("Content-Length", "8")
                .onResponseEnd(new SocketEffect.CloseSocket())
                .build());
        server.enqueue(new MockResponse.Builder().code(206)
                .setHeader("Content-Range", "bytes 4-7/8")
                .body("4567")
                .build());
        try (var retrying = new RetryingStore(open(false), new Circuit(System::nanoTime),
                new Patience(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMinutes(1), () -> 0,
                        new Random(1), (_, _) -> false))) {
            var out = new ByteArrayOutputStream();
            retrying.read("a", 0, 8, out::write);
            assertThat(out).hasToString("01234567");
        }
        server.takeRequest();
        assertThat(server.takeRequest().getHeaders().get("Range")).isEqualTo("bytes=4-7");
    }
}
