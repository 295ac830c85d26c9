package aloft.server;

import static aloft.server.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server killed in the middle of a PUT leaves the old object or none, and cleans up when it starts again. */
class KillTest {

    private static final int SIZE = 4 << 20;

    @Test
    void halfAPutChangesNothing(@TempDir Path root) throws Exception {
        try (var process = ServerProcess.start(root); var client = new Client(process.uri())) {
            client.put("/old", "old");
            try (var first = half(process, "/old"); var second = half(process, "/new")) {
                awaitHalves(root, 2);
                process.kill();
                assertThat(first.isConnected() && second.isConnected()).isTrue();
            }
        }
        assertThat(root.resolve("old")).hasContent("old");
        assertThat(root.resolve("new")).doesNotExist();
        assertThat(temporaryFiles(root)).isEqualTo(2);
        try (var served = Served.at(root)) {
            assertThat(text(served.client().get("/old"))).isEqualTo("old");
            assertThat(served.client().status("GET", "/new")).isEqualTo(404);
            assertThat(temporaryFiles(root)).isZero();
        }
    }

    @Test
    void whatWasAnsweredIsThere(@TempDir Path root) throws Exception {
        var random = new Random(7);
        int version = 0;
        int answered = -1;
        for (int round = 0; round < 5; round++) {
            try (var process = ServerProcess.start(root); var client = new Client(process.uri())) {
                int stopAt = version + 1 + random.nextInt(12);
                while (version < stopAt) {
                    client.send("PUT", "/a", body(version));
                    answered = version++;
                }
                var last = client.sendLater("PUT", "/a", body(version));
                process.kill();
                try {
                    last.join();
                    answered = version;
                } catch (CompletionException e) {
                    // its outcome is unknown
                }
            }
            byte[] content = Files.readAllBytes(root.resolve("a"));
            int found = content[0];
            assertThat(found).isIn(answered, version);
            assertThat(content).isEqualTo(body(found));
            version++;
        }
    }

    private static byte[] body(int version) {
        byte[] body = new byte[SIZE];
        Arrays.fill(body, (byte) version);
        return body;
    }

    /** A PUT of which half is sent. */
    private static Socket half(ServerProcess process, String path) throws IOException {
        var socket = new Socket(process.uri().getHost(), process.uri().getPort());
        socket.getOutputStream()
                .write(("PUT " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + SIZE + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(new byte[SIZE / 2]);
        return socket;
    }

    private static void awaitHalves(Path root, int count) throws IOException {
        while (sizes(root).filter(size -> size == SIZE / 2).count() < count) {
            Thread.onSpinWait();
        }
    }

    private static long temporaryFiles(Path root) throws IOException {
        return sizes(root).count();
    }

    /** Of the files being received. */
    private static Stream<Long> sizes(Path root) throws IOException {
        try (var files = Files.walk(root.resolve(Scratch.NAME))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".lock"))
                    .map(file -> file.toFile().length())
                    .toList()
                    .stream();
        }
    }
}
