package aloft.server;

import static aloft.server.Client.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quota and full disks. */
class SpaceTest {

    private static final String QUOTA = "<propfind xmlns='DAV:'><prop><quota-available-bytes/><quota-used-bytes/>"
            + "</prop></propfind>";

    @Test
    void nothingGoesOverTheQuota(@TempDir Path root) throws Exception {
        Files.write(root.resolve("before"), new byte[400]);
        try (var served = Served.with(Served.config(root).withQuota(1000))) {
            Client client = served.client();
            assertThat(used(client)).isEqualTo(400);
            assertThat(put(client, "/a", 600)).isEqualTo(201);
            assertThat(put(client, "/b", 1)).isEqualTo(507);
            assertThat(root.resolve("b")).doesNotExist();
            assertThat(put(client, "/a", 601)).isEqualTo(507);
            assertThat(put(client, "/a", 500)).isEqualTo(204);
            assertThat(used(client)).isEqualTo(900);
            assertThat(client.status("COPY", "/a", "Destination", "/c")).isEqualTo(507);
            assertThat(client.status("MOVE", "/a", "Destination", "/before")).isEqualTo(204);
            assertThat(used(client)).isEqualTo(500);
            assertThat(client.status("COPY", "/before", "Destination", "/c")).isEqualTo(201);
            assertThat(available(client)).isZero();
            assertThat(client.status("DELETE", "/c")).isEqualTo(204);
            assertThat(available(client)).isEqualTo(500);
        }
    }

    @Test
    void foldersCountWithAllTheyHold(@TempDir Path root) throws Exception {
        try (var served = Served.with(Served.config(root).withQuota(1000))) {
            Client client = served.client();
            client.status("MKCOL", "/f");
            put(client, "/f/a", 300);
            assertThat(client.status("COPY", "/f", "Destination", "/g")).isEqualTo(201);
            assertThat(used(client)).isEqualTo(600);
            assertThat(client.status("MOVE", "/f", "Destination", "/g")).isEqualTo(204);
            assertThat(used(client)).isEqualTo(300);
            assertThat(client.status("DELETE", "/g")).isEqualTo(204);
            assertThat(used(client)).isZero();
        }
    }

    @Test
    void aBodyOfUnknownLengthEndsAtTheQuota(@TempDir Path root) throws Exception {
        try (var served = Served.with(Served.config(root).withQuota(100_000));
                var http = HttpClient.newHttpClient()) {
            URI uri = served.server().uri().resolve("/a");
            assertThat(chunked(http, uri, 200_000)).isEqualTo(507);
            assertThat(root.resolve("a")).doesNotExist();
            assertThat(used(served.client())).isZero();
            assertThat(chunked(http, uri, 90_000)).isEqualTo(201);
            assertThat(used(served.client())).isEqualTo(90_000);
        }
    }

    @Test
    void aPutThatIsRefusedOrBrokenOffTakesNoRoom(@TempDir Path root) throws Exception {
        try (var served = Served.with(Served.config(root).withQuota(1000))) {
            put(served.client(), "/a", 100);
            assertThat(served.client().put("/a", "x".repeat(800), "If-None-Match", "*").statusCode())
                    .isEqualTo(412);
            RawRequest.send(served.server().uri(),
                    "PUT /b HTTP/1.1\nHost: x\nConnection: close\nContent-Length: 5\nBad header\n\n");
            assertThat(put(served.client(), "/b", 900)).isEqualTo(201);
        }
    }

    @Test
    void withoutAQuotaTheDiskTells(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            assertThat(used(served.client()) + available(served.client()))
                    .isLessThanOrEqualTo(root.toFile().getTotalSpace());
            assertThat(used(served.client())).isPositive();
        }
    }

    /** A file system of 4 MiB in a mount namespace of its own. */
    @Test
    void aFullDiskLeavesNothingHalfWritten(@TempDir Path root) throws Exception {
        try (var process = ServerProcess.start(root, withSmallDisk(root));
                var client = new Client(process.uri());
                var http = HttpClient.newHttpClient()) {
            assertThat(put(client, "/a", 2 << 20)).isEqualTo(201);
            assertThat(put(client, "/b", 3 << 20)).isEqualTo(507);
            assertThat(put(client, "/a", 3 << 20)).isEqualTo(507);
            assertThat(chunked(http, process.uri().resolve("/b"), 3 << 20)).isEqualTo(507);
            assertThat(client.status("COPY", "/a", "Destination", "/b")).isIn(201, 507);
            assertThat(client.get("/a").body()).hasSize(2 << 20);
            assertThat(client.status("DELETE", "/b")).isIn(204, 404);
            assertThat(put(client, "/c", 1 << 20)).isEqualTo(201);
        }
    }

    /** As root in a chroot no user namespace can be made, and as another user no other mount namespace. */
    private static String[] withSmallDisk(Path root) throws IOException, InterruptedException {
        for (String rights : List.of("--map-root-user", "--fork")) {
            String[] command = {"unshare", rights, "--mount", "sh", "-c",
                    "mount -t tmpfs -o size=4m tmpfs '" + root + "' && exec \"$@\"", "sh"};
            var probe = new ArrayList<>(List.of(command));
            probe.add("true");
            if (new ProcessBuilder(probe).start().waitFor() == 0) {
                return command;
            }
        }
        return abort("a small file system cannot be mounted here");
    }

    private static int put(Client client, String path, int size) throws IOException, InterruptedException {
        return client.send("PUT", path, new byte[size]).statusCode();
    }

    private static int chunked(HttpClient http, URI uri, int size) throws IOException, InterruptedException {
        var body = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[size]));
        return http.send(HttpRequest.newBuilder(uri).PUT(body).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static long used(Client client) throws IOException, InterruptedException {
        return property(client, "quota-used-bytes");
    }

    private static long available(Client client) throws IOException, InterruptedException {
        return property(client, "quota-available-bytes");
    }

    private static long property(Client client, String name) throws IOException, InterruptedException {
        var value = Pattern.compile(name + ">(\\d+)<")
                .matcher(text(client.send("PROPFIND", "/", QUOTA, "Depth", "0")));
        assertThat(value.find()).isTrue();
        return Long.parseLong(value.group(1));
    }
}
