package aloft.server;

import static aloft.server.Client.header;
import static aloft.server.Client.text;
import static org.assertj.core.api.Assertions.assertThat;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code Prefer: wait}. */
@Timeout(60)
class WaitTest {

    @Test
    void whatIsThereComesAtOnce(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            served.client().put("/a", "here");
            var answer = served.client().get("/a", "Prefer", "wait=100");
            assertThat(text(answer)).isEqualTo("here");
            assertThat(header(answer, "Preference-Applied")).isEqualTo("wait");
        }
    }

    @Test
    void whatComesEndsTheWait(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            Client client = served.client();
            client.put("/x", "moved");
            client.status("MKCOL", "/f");
            client.put("/f/c", "within");
            var put = client.sendLater("GET", "/a", new byte[0], "Prefer", "respond-async, wait=100");
            var moved = client.sendLater("GET", "/b", new byte[0], "Prefer", "wait=100");
            var within = client.sendLater("GET", "/g/c", new byte[0], "Prefer", "wait=100");
            assertThat(client.put("/a", "put", "If-None-Match", "*").statusCode()).isEqualTo(201);
            assertThat(client.status("MOVE", "/x", "Destination", "/b")).isEqualTo(201);
            assertThat(client.status("COPY", "/f", "Destination", "/g")).isEqualTo(201);
            assertThat(text(put.join())).isEqualTo("put");
            assertThat(text(moved.join())).isEqualTo("moved");
            assertThat(text(within.join())).isEqualTo("within");
        }
    }

    @Test
    void manyWaitForOne(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            var waiting = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
            for (int i = 0; i < 100; i++) {
                waiting.add(served.client().sendLater("GET", "/a", new byte[0], "Prefer", "wait=100"));
            }
            served.client().put("/a", "all");
            assertThat(waiting).allSatisfy(one -> assertThat(text(one.join())).isEqualTo("all"));
        }
    }

    @Test
    void nothingIs404InTheEnd(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            var answer = served.client().get("/a", "Prefer", "wait=1");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(header(answer, "Preference-Applied")).isEqualTo("wait");
            assertThat(header(served.client().get("/a"), "Preference-Applied")).isEmpty();
        }
    }

    @Test
    void anotherProcessIsHeardToo(@TempDir Path root) throws Exception {
        try (var served = Served.at(root);
                var other = ServerProcess.start(root);
                var client = new Client(other.uri())) {
            var waiting = served.client().sendLater("GET", "/a", new byte[0], "Prefer", "wait=100");
            client.put("/a", "from there");
            assertThat(text(waiting.join())).isEqualTo("from there");
        }
    }

    @Test
    void closingEndsAllWaits(@TempDir Path root) throws Exception {
        var served = Served.at(root);
        var waiting = served.client().sendLater("GET", "/a", new byte[0], "Prefer", "wait=100");
        served.client().put("/b", "the server is busy with both");
        served.server().close();
        assertThat(waiting.handle((answer, e) -> answer == null ? 0 : answer.statusCode()).join()).isIn(0,
                404, 503);
        served.client().close();
    }

    @Test
    void theTimeIsBounded() {
        assertThat(Preferences.waitOrNull("wait=5")).isEqualTo(Duration.ofSeconds(5));
        assertThat(Preferences.waitOrNull("a=b; c, WAIT = \"7\"")).isEqualTo(Duration.ofSeconds(7));
        assertThat(Preferences.waitOrNull("wait=999999999")).isEqualTo(Preferences.MAX_WAIT);
        assertThat(Preferences.waitOrNull("await=5")).isNull();
        assertThat(Preferences.waitOrNull("wait=-5")).isNull();
        assertThat(Preferences.waitOrNull("wait")).isNull();
    }

    @Test
    void looksOnceWhenTheTimeIsOver() throws Exception {
        var now = new AtomicLong();
        var looks = new AtomicInteger();
        try (var waiters = new Waiters(() -> now.getAndAdd(Duration.ofSeconds(10).toNanos()))) {
            boolean there = waiters.await(DavPath.parse("/a"), Duration.ofSeconds(5), () -> {
                looks.incrementAndGet();
                return false;
            });
            assertThat(there).isFalse();
            assertThat(looks).hasValue(1);
        }
    }

    @Test
    void wakesThoseOfThePathAlone() throws Exception {
        DavPath path = DavPath.parse("/f/a");
        try (var waiters = new Waiters(System::nanoTime)) {
            var there = new AtomicBoolean();
            var waiting = CompletableFuture.supplyAsync(() -> await(waiters, path, there));
            waiters.appeared(DavPath.parse("/f"));
            assertThat(waiting).isNotDone();
            there.set(true);
            waiters.appeared(path);
            assertThat(waiting.join()).isTrue();
        }
    }

    private static boolean await(Waiters waiters, DavPath path, AtomicBoolean there) {
        try {
            return waiters.await(path, Duration.ofMinutes(1), there::get);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
