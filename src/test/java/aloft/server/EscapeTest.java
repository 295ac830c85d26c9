package aloft.server;

import static aloft.server.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody gets out of the root, nor into the hidden folder. */
class EscapeTest {

    private Served served;
    private Path root;
    private Path outside;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        outside = Files.writeString(folder.resolve("outside"), "secret");
        served = Served.at(root);
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../outside", "/%2e%2e/outside", "/%2E%2e%2Foutside", "/a/../../outside",
            "/..%2foutside",
            "/%00", "/.%server", "/.%25server", "/.%25server/all.lock", "/.%2525server/all.lock",
            "/;/../outside",
            "/..;/outside", "/%5c..%5coutside", "/%c0%ae%c0%ae/outside", "http://x/../outside",
            "//../outside"})
    void noPathLeadsThere(String path) throws Exception {
        for (String method : new String[]{"GET", "PROPFIND", "DELETE", "MKCOL", "OPTIONS"}) {
            if (method.equals("MKCOL") && path.contains("server")) {
                continue; // makes a harmless folder of that very name, see below
            }
            int status = RawRequest.status(served.server().uri(), method, path);
            assertThat(status).as(method + " " + path).isIn(200, 201, 400, 404, 405, 409);
            assertThat(status == 200 && !method.equals("OPTIONS")).isFalse();
        }
        RawRequest.status(served.server().uri(), "COPY", "/nothing", "Destination: " + path);
        assertThat(outside).hasContent("secret");
        assertThat(root.resolve(Scratch.NAME).resolve("all.lock")).exists();
    }

    @Test
    void aNameLikeTheHiddenFolderIsAnotherOne() throws Exception {
        assertThat(served.client().status("MKCOL", "/.%25server")).isEqualTo(201);
        assertThat(served.client().put("/.%25server/all.lock", "mine").statusCode()).isEqualTo(201);
        assertThat(root.resolve(Scratch.NAME).resolve("all.lock")).isEmptyFile();
    }

    @Test
    void theHiddenFolderIsNotListed() throws Exception {
        served.client().put("/a", "x");

        String listing = text(served.client().send("PROPFIND", "/", "", "Depth", "infinity"));

        assertThat(listing).contains("<D:href>/a</D:href>").doesNotContain("server");
    }

    @Test
    void linksAreNeitherFollowedNorReplaced() throws Exception {
        Files.createSymbolicLink(root.resolve("file"), outside);
        Files.createSymbolicLink(root.resolve("folder"), outside.resolveSibling(""));
        Client client = served.client();

        assertThat(client.status("GET", "/file")).isEqualTo(404);
        assertThat(client.status("GET", "/folder/outside")).isEqualTo(404);
        assertThat(client.put("/file", "x").statusCode()).isEqualTo(403);
        assertThat(client.put("/file", "x", "If-None-Match", "*").statusCode()).isEqualTo(403);
        assertThat(client.put("/folder/new", "x").statusCode()).isEqualTo(409);
        assertThat(client.status("MKCOL", "/folder/new")).isEqualTo(409);
        assertThat(client.status("DELETE", "/folder/outside")).isEqualTo(404);
        assertThat(client.status("DELETE", "/file")).isEqualTo(404);
        client.put("/a", "x");
        assertThat(client.status("MOVE", "/a", "Destination", "/folder/a")).isEqualTo(409);
        assertThat(client.status("COPY", "/a", "Destination", "/file")).isEqualTo(403);
        assertThat(text(client.send("PROPFIND", "/", "", "Depth", "infinity"))).doesNotContain("file",
                "folder");
        assertThat(outside).hasContent("secret");
        assertThat(outside.resolveSibling("new")).doesNotExist();
    }

    @Test
    void aFolderIsCopiedWithoutItsLinks() throws Exception {
        served.client().status("MKCOL", "/f");
        Files.createSymbolicLink(root.resolve("f/link"), outside);

        assertThat(served.client().status("COPY", "/f", "Destination", "/g")).isEqualTo(201);
        assertThat(served.client().status("DELETE", "/f")).isEqualTo(204);

        assertThat(root.resolve("g")).isEmptyDirectory();
        assertThat(outside).hasContent("secret");
    }
}
