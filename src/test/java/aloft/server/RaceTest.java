package aloft.server;

import static aloft.server.Client.header;
import static aloft.server.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many at once: exactly one wins. */
class RaceTest {

    private static final int WRITERS = 16;
    private static final int ROUNDS = 30;

    @FunctionalInterface
    private interface Attempt {
        CompletableFuture<HttpResponse<byte[]>> by(Client client, int writer);
    }

    /** Indexes of those who got the status. */
    private static List<Integer> whoGot(int status, List<Client> clients, Attempt attempt) {
        var answers = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
        for (int i = 0; i < WRITERS; i++) {
            answers.add(attempt.by(clients.get(i % clients.size()), i));
        }
        var got = new ArrayList<Integer>();
        for (int i = 0; i < WRITERS; i++) {
            if (answers.get(i).join().statusCode() == status) {
                got.add(i);
            }
        }
        return got;
    }

    @Test
    void oneOfManyMakesAnObject(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            oneMakesEach(List.of(served.client()));
        }
    }

    @Test
    void oneOfManyMakesAnObjectThroughTwoProcesses(@TempDir Path root) throws Exception {
        try (var a = ServerProcess.start(root);
                var b = ServerProcess.start(root);
                var first = new Client(a.uri());
                var second = new Client(b.uri())) {
            oneMakesEach(List.of(first, second));
        }
    }

    private static void oneMakesEach(List<Client> clients) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String path = "/slot-" + round;
            List<Integer> winners = whoGot(201, clients,
                    (client, i) -> client.sendLater("PUT", path, bytes("by " + i), "If-None-Match", "*"));
            assertThat(winners).hasSize(1);
            assertThat(text(clients.getFirst().get(path))).isEqualTo("by " + winners.getFirst());
        }
    }

    @Test
    void oneOfManyReplacesAVersion(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            Client client = served.client();
            String tag = header(client.put("/a", "first"), "ETag");
            for (int round = 0; round < ROUNDS; round++) {
                String old = tag;
                List<Integer> winners = whoGot(204, List.of(client),
                        (c, i) -> c.sendLater("PUT", "/a", bytes("by " + i), "If-Match", old));
                assertThat(winners).hasSize(1);
                var now = client.get("/a");
                assertThat(text(now)).isEqualTo("by " + winners.getFirst());
                tag = header(now, "ETag");
            }
        }
    }

    @Test
    void oneOfManyMakesAFolder(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            for (int round = 0; round < ROUNDS; round++) {
                String path = "/folder-" + round;
                assertThat(whoGot(201, List.of(served.client()),
                        (client, i) -> client.sendLater("MKCOL", path, new byte[0]))).hasSize(1);
            }
        }
    }

    @Test
    void oneOfManyMovesToAPlace(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            for (int i = 0; i < WRITERS; i++) {
                served.client().put("/from-" + i, "by " + i);
            }
            List<Integer> winners = whoGot(201, List.of(served.client()),
                    (client, i) -> client.sendLater("MOVE",
                            "/from-" + i, new byte[0], "Destination", "/to", "Overwrite", "F"));
            assertThat(winners).hasSize(1);
            assertThat(text(served.client().get("/to"))).isEqualTo("by " + winners.getFirst());
        }
    }

    @Test
    void readersSeeWholeVersionsUnderTheirOwnTags(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            Client client = served.client();
            client.put("/a", "0".repeat(300_000));
            var contents = new HashMap<String, String>();
            for (int round = 0; round < ROUNDS; round++) {
                String content = Integer.toString(round % 10).repeat(300_000);
                var put = client.sendLater("PUT", "/a", bytes(content));
                for (int i = 0; i < 4; i++) {
                    var answer = client.get("/a");
                    String text = text(answer);
                    assertThat(text).hasSize(300_000).matches("(.)\\1*");
                    assertThat(
                            contents.merge(header(answer, "ETag"), text.substring(0, 1), (old, now) -> old))
                            .isEqualTo(text.substring(0, 1));
                }
                assertThat(put.join().statusCode()).isEqualTo(204);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
