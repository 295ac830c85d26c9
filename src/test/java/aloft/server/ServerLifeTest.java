package aloft.server;

import static aloft.server.Client.header;
import static aloft.server.Client.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Start, stop, log, and clients that do not behave. */
@Timeout(60)
class ServerLifeTest {

    @Test
    void itsFolderIsMadeAndReadableByNobodyElse(@TempDir Path folder) throws Exception {
        Path root = folder.resolve("deep/cloud");
        try (var served = Served.at(root)) {
            served.client().put("/a", "a");
            for (Path path : List.of(root, root.resolve("a"), root.resolve(Scratch.NAME))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .endsWith("------");
            }
        }
    }

    @Test
    void aTakenPortIsSaid(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            var same = Config.of(root,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), served.server().port()));
            assertThatThrownBy(() -> CloudServer.start(same)).isInstanceOf(Failure.Refused.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void aRootThatIsNoFolderIsSaid(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        for (Path root : List.of(file, file.resolve("below"))) {
            assertThatThrownBy(() -> CloudServer.start(Served.config(root)))
                    .isInstanceOf(Failure.Refused.class)
                    .hasMessageContaining("cannot be served");
        }
    }

    @Test
    void startsAgainAtOnce(@TempDir Path root) throws Exception {
        int port;
        try (var served = Served.at(root)) {
            port = served.server().port();
            served.client().put("/a", "a");
        }
        try (var server = CloudServer
                .start(Config.of(root, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
                var client = new Client(server.uri())) {
            assertThat(text(client.get("/a"))).isEqualTo("a");
        }
        try (Stream<Path> left = Files.list(root.resolve(Scratch.NAME))) {
            assertThat(left).extracting(file -> file.getFileName().toString()).containsExactly("all.lock");
        }
    }

    @Test
    void aRequestIsFinishedBeforeTheEnd(@TempDir Path root) throws Exception {
        var served = Served.at(root);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), served.server().port())) {
            socket.getOutputStream()
                    .write("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello"
                            .getBytes(StandardCharsets.US_ASCII));
            awaitReceiving(root);
            var closing = CompletableFuture.runAsync(() -> close(served.server()));
            socket.getOutputStream().write("world".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 201");
            closing.join();
        }
        assertThat(root.resolve("a")).hasContent("helloworld");
        served.client().close();
    }

    @Test
    void theLogTellsWhatWasFetched(@TempDir Path root) throws Exception {
        var log = new LinkedBlockingQueue<Access>();
        try (var served = Served.with(Served.config(root).withAccessLog(log::add))) {
            Client client = served.client();
            client.put("/f%20x", "0123456789");
            assertThat(log.take()).satisfies(put -> {
                assertThat(put.line()).endsWith("PUT /f%20x - 201 0 10");
                assertThat(put.time()).isBefore(Instant.now());
            });
            client.get("/f%20x", "Range", "bytes=2-4");
            assertThat(log.take().line()).endsWith("GET /f%20x bytes=2-4 206 3 0");
            client.status("MKCOL", "/c/");
            assertThat(log.take().line()).endsWith("MKCOL /c/ - 201 0 0");
            RawRequest.status(served.server().uri(), "GET", "/../x");
            assertThat(log.take().line()).contains(" - 400 ");
        }
    }

    @Test
    void theLogIsAFile(@TempDir Path root, @TempDir Path logs) throws Exception {
        Path file = logs.resolve("access.log");
        try (var log = AccessLog.open(file);
                var served = Served.with(Served.config(root).withAccessLog(log))) {
            served.client().put("/a", "a", "Authorization", "Basic c2VjcmV0OnNlY3JldA==");
        }
        assertThat(Files.readString(file)).matches("\\S+Z PUT /a - 201 0 1\n");
    }

    @Test
    void aRefusedPutIsAnsweredThoughItsBodyIsOnTheWay(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            served.client().put("/a", "a");
            var answer = served.client().send("PUT", "/a", new byte[16 << 20], "If-None-Match", "*");
            assertThat(answer.statusCode()).isEqualTo(412);
            assertThat(served.client().send("PUT", "/no/a", new byte[16 << 20]).statusCode()).isEqualTo(409);
        }
    }

    @Test
    void whoAsksFirstNeedNotSend(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            served.client().put("/a", "a");
            String answer = RawRequest.send(served.server().uri(),
                    """
                            PUT /a HTTP/1.1
                            Host: x
                            Expect: 100-continue
                            If-None-Match: *
                            Content-Length: 1000000000

                            """);
            assertThat(answer).startsWith("HTTP/1.1 412").contains("Connection: close");
        }
    }

    @Test
    void halfABodyIsNoObject(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), served.server().port())) {
                socket.getOutputStream()
                        .write("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello"
                                .getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            }
            assertThat(served.client().status("GET", "/a")).isEqualTo(404);
        }
    }

    @Test
    void aBrokenChunkIsNoObject(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            RawRequest.send(served.server().uri(),
                    "PUT /a HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n5\nhello\nXX\nworld\n0\n\n");
            assertThat(served.client().status("GET", "/a")).isEqualTo(404);
            RawRequest.send(served.server().uri(),
                    "PUT /a HTTP/1.1\nHost: x\nContent-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n");
            assertThat(served.client().status("GET", "/a")).isEqualTo(404);
        }
    }

    @Test
    void theRootSaysWhatItIs(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            assertThat(text(served.client().get("/"))).contains("aloft mount");
            assertThat(header(served.client().get("/"), "Server")).isEmpty();
            assertThat(served.client().status("DELETE", "/")).isEqualTo(403);
            assertThat(served.client().put("/", "x").statusCode()).isEqualTo(405);
        }
    }

    private static void awaitReceiving(Path root) throws Exception {
        while (true) {
            try (Stream<Path> files = Files.walk(root.resolve(Scratch.NAME))) {
                if (files.anyMatch(file -> file.toFile().isFile() && file.toFile().length() == 5)) {
                    return;
                }
            }
            Thread.onSpinWait();
        }
    }

    private static void close(CloudServer server) {
        try {
            server.close();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
