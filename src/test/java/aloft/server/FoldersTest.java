package aloft.server;

import static aloft.server.Client.header;
import static aloft.server.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies, moves and properties, where litmus does not look. */
class FoldersTest {

    private static final String SET = "<propertyupdate xmlns='DAV:'><set><prop xml:lang='de'><x:colour xmlns:x='urn:x'>%s"
            + "</x:colour></prop></set></propertyupdate>";
    private static final String FIND = "<propfind xmlns='DAV:'><prop><x:colour xmlns:x='urn:x'/></prop></propfind>";

    private static String colour(Client client, String path) throws IOException, InterruptedException {
        return text(client.send("PROPFIND", path, FIND, "Depth", "0"));
    }

    private static void paint(Client client, String path, String colour)
            throws IOException, InterruptedException {
        assertThat(text(client.send("PROPPATCH", path, SET.formatted(colour)))).contains("200 OK");
    }

    @Test
    void propertiesGoWithTheirResource(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            Client client = served.client();
            client.status("MKCOL", "/f");
            client.put("/f/a", "a");
            paint(client, "/f", "red");
            paint(client, "/f/a", "green");
            assertThat(client.status("COPY", "/f", "Destination", "/g")).isEqualTo(201);
            assertThat(client.status("MOVE", "/f", "Destination", "/h")).isEqualTo(201);
            assertThat(colour(client, "/g/a")).contains("green");
            assertThat(colour(client, "/h")).contains("red").contains("xml:lang=\"de\"");
            assertThat(colour(client, "/h/a")).contains("green");
            client.put("/h/a", "new content");
            assertThat(colour(client, "/h/a")).contains("green");
            client.put("/f", "a file now");
            assertThat(colour(client, "/f")).contains("404");
            client.status("DELETE", "/h");
            client.status("MKCOL", "/h");
            client.put("/h/a", "another");
            assertThat(colour(client, "/h/a")).contains("404");
        }
        try (var again = Served.at(root)) {
            assertThat(colour(again.client(), "/g/a")).contains("green");
            assertThat(text(again.client().send("PROPFIND", "/g", "", "Depth", "1"))).contains("green",
                    "red");
        }
    }

    @Test
    void propertiesOfTheServerCannotBeSet(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            served.client().put("/a", "a");
            var answer = served.client()
                    .send("PROPPATCH", "/a", "<propertyupdate xmlns='DAV:'><set><prop><getetag>x</getetag>"
                            + "<x xmlns='urn:x'>1</x></prop></set></propertyupdate>");
            assertThat(text(answer)).contains("403 Forbidden").contains("424 Failed Dependency");
            assertThat(text(served.client().send("PROPFIND", "/a", "", "Depth", "0")))
                    .doesNotContain("urn:x");
        }
    }

    @Test
    void tooManyPropertiesAreRefused(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            served.client().put("/a", "a");
            assertThat(
                    served.client().send("PROPPATCH", "/a", SET.formatted("x".repeat(70_000))).statusCode())
                    .isEqualTo(507);
            assertThat(colour(served.client(), "/a")).contains("404");
        }
    }

    @Test
    void nothingMovesIntoItself(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            Client client = served.client();
            client.status("MKCOL", "/f");
            client.put("/f/a", "a");
            for (String method : new String[]{"COPY", "MOVE"}) {
                assertThat(client.status(method, "/f", "Destination", "/f/g")).isEqualTo(403);
                assertThat(client.status(method, "/f/a", "Destination", "/f")).isEqualTo(403);
                assertThat(client.status(method, "/f", "Destination", "/f")).isEqualTo(403);
                assertThat(client.status(method, "/", "Destination", "/g")).isEqualTo(403);
                assertThat(client.status(method, "/no", "Destination", "/g")).isEqualTo(404);
                assertThat(client.status(method, "/f")).isEqualTo(400);
                assertThat(client.status(method, "/f", "Destination", "http://elsewhere/g")).isEqualTo(502);
                assertThat(client.status(method, "/f", "Destination", "/no/g")).isEqualTo(409);
            }
            assertThat(text(client.get("/f/a"))).isEqualTo("a");
        }
    }

    @Test
    void folderAndFileReplaceEachOther(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            Client client = served.client();
            client.status("MKCOL", "/f");
            client.put("/f/a", "a");
            client.put("/b", "b");
            assertThat(client.status("MOVE", "/f", "Destination", "/b", "Overwrite", "F")).isEqualTo(412);
            assertThat(client.status("COPY", "/f", "Destination", "/b", "Overwrite", "F")).isEqualTo(412);
            assertThat(client.status("COPY", "/f", "Destination", "/b")).isEqualTo(204);
            assertThat(text(client.get("/b/a"))).isEqualTo("a");
            assertThat(client.status("MOVE", "/f/a", "Destination", "/b")).isEqualTo(204);
            assertThat(text(client.get("/b"))).isEqualTo("a");
        }
    }

    @Test
    void aCopyIsAVersionOfItsOwn(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            Client client = served.client();
            String tag = header(client.put("/a", "a"), "ETag");
            client.status("COPY", "/a", "Destination", "/b");
            assertThat(header(client.get("/b"), "ETag")).isNotEqualTo(tag);
        }
    }

    @Test
    void locksAreAsked(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            Client client = served.client();
            client.status("MKCOL", "/f");
            var lock = client.send("LOCK", "/f", "<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope>"
                    + "<locktype><write/></locktype></lockinfo>", "Depth", "0");
            String token = header(lock, "Lock-Token");
            assertThat(client.put("/f/a", "a").statusCode()).isEqualTo(423);
            assertThat(client.status("MKCOL", "/f/g")).isEqualTo(423);
            assertThat(client.status("DELETE", "/f")).isEqualTo(423);
            assertThat(client.put("/f/a", "a", "If", "</f> (" + token + ")").statusCode()).isEqualTo(201);
            assertThat(client.put("/f/a", "b").statusCode()).isEqualTo(204);
            assertThat(client.status("DELETE", "/f/a")).isEqualTo(423);
            assertThat(client.status("UNLOCK", "/f", "Lock-Token", "<urn:uuid:no>")).isEqualTo(409);
            assertThat(client.status("UNLOCK", "/f", "Lock-Token", token)).isEqualTo(204);
            assertThat(client.status("DELETE", "/f")).isEqualTo(204);
        }
    }

    @Test
    void malformedHeadersAreRefused(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            Client client = served.client();
            for (String condition : new String[]{"x", "(", "()", "(<a>", "<a>", "(Not)", "(<a>) x", "([a])",
                    "(<a>)".repeat(400)}) {
                assertThat(client.put("/a", "a", "If", condition).statusCode()).as(condition).isEqualTo(400);
            }
            assertThat(client.status("PROPFIND", "/", "Depth", "2")).isEqualTo(400);
            assertThat(client.status("GET", "/a")).isEqualTo(404);
        }
    }
}
