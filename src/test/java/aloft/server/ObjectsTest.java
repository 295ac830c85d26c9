package aloft.server;

import static aloft.server.Client.header;
import static aloft.server.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects over real HTTP: put, get, ranges, conditions. */
class ObjectsTest {

    private Served served;
    private Client client;

    @BeforeEach
    void start(@TempDir Path root) throws IOException {
        served = Served.at(root);
        client = served.client();
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    @Test
    void whatIsPutIsThere() throws Exception {
        assertThat(client.put("/a", "hello").statusCode()).isEqualTo(201);

        var answer = client.get("/a");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("hello");
        assertThat(header(answer, "ETag")).startsWith("\"");
        assertThat(header(answer, "Date")).isNotEmpty();
        assertThat(client.put("/a", "again").statusCode()).isEqualTo(204);
        assertThat(text(client.get("/a"))).isEqualTo("again");
    }

    @Test
    void anEmptyObjectIsAnObject() throws Exception {
        client.put("/empty", "");

        var answer = client.get("/empty");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(client.get("/empty", "Range", "bytes=0-0").statusCode()).isEqualTo(416);
    }

    @Test
    void everyWriteHasItsOwnETag() throws Exception {
        var tags = new HashSet<String>();
        for (int i = 0; i < 200; i++) {
            var put = client.put("/same", "same size");
            tags.add(header(put, "ETag"));
            assertThat(header(client.send("HEAD", "/same", ""), "ETag")).isEqualTo(header(put, "ETag"));
        }
        assertThat(tags).hasSize(200);
    }

    @Test
    void headTellsSizeWithoutBody() throws Exception {
        client.put("/a", "hello");

        var answer = client.send("HEAD", "/a", "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Length")).isEqualTo("5");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void rangesAreCutOut() throws Exception {
        client.put("/a", "0123456789");

        var middle = client.get("/a", "Range", "bytes=2-4");
        assertThat(middle.statusCode()).isEqualTo(206);
        assertThat(text(middle)).isEqualTo("234");
        assertThat(header(middle, "Content-Range")).isEqualTo("bytes 2-4/10");
        assertThat(text(client.get("/a", "Range", "bytes=7-"))).isEqualTo("789");
        assertThat(text(client.get("/a", "Range", "bytes=-2"))).isEqualTo("89");
        assertThat(text(client.get("/a", "Range", "bytes=8-99"))).isEqualTo("89");

        var beyond = client.get("/a", "Range", "bytes=10-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */10");
        assertThat(client.get("/a", "Range", "bytes=1-2,4-5").statusCode()).isEqualTo(200);
        assertThat(client.get("/a", "Range", "lines=1-2").statusCode()).isEqualTo(200);
    }

    @Test
    void ifRangeSendsTheWholeOfAnotherVersion() throws Exception {
        String tag = header(client.put("/a", "0123456789"), "ETag");

        assertThat(client.get("/a", "Range", "bytes=0-1", "If-Range", tag).statusCode()).isEqualTo(206);
        assertThat(client.get("/a", "Range", "bytes=0-1", "If-Range", "\"x\"").statusCode()).isEqualTo(200);
    }

    @Test
    void conditionsHold() throws Exception {
        String first = header(client.put("/a", "1", "If-None-Match", "*"), "ETag");
        assertThat(first).isNotEmpty();
        assertThat(client.put("/a", "2", "If-None-Match", "*").statusCode()).isEqualTo(412);
        assertThat(client.put("/a", "2", "If-Match", "\"other\"").statusCode()).isEqualTo(412);
        assertThat(client.put("/b", "2", "If-Match", "*").statusCode()).isEqualTo(412);
        assertThat(text(client.get("/a"))).isEqualTo("1");
        assertThat(client.get("/a", "If-None-Match", "\"z\", W/" + first).statusCode()).isEqualTo(304);
        assertThat(client.get("/a", "If-Match", "\"z\"").statusCode()).isEqualTo(412);

        assertThat(client.put("/a", "2", "If-Match", first).statusCode()).isEqualTo(204);
        assertThat(client.put("/a", "3", "If-Match", first).statusCode()).isEqualTo(412);
        assertThat(client.status("DELETE", "/a", "If-Match", first)).isEqualTo(412);
        assertThat(text(client.get("/a"))).isEqualTo("2");
    }

    @Test
    void foldersAreMadeAndDeleted() throws Exception {
        assertThat(client.put("/no/such", "x").statusCode()).isEqualTo(409);
        assertThat(client.status("MKCOL", "/f/")).isEqualTo(201);
        assertThat(client.status("MKCOL", "/f/")).isEqualTo(405);
        assertThat(client.status("MKCOL", "/g/h")).isEqualTo(409);
        assertThat(client.put("/f/x", "x").statusCode()).isEqualTo(201);
        assertThat(client.put("/f", "x").statusCode()).isEqualTo(405);
        assertThat(client.status("DELETE", "/f")).isEqualTo(204);
        assertThat(client.status("GET", "/f/x")).isEqualTo(404);
        assertThat(client.status("DELETE", "/f")).isEqualTo(404);
    }

    @Test
    void partsAndEncodingsCannotBePut() throws Exception {
        assertThat(client.put("/a", "x", "Content-Range", "bytes 0-0/5").statusCode()).isEqualTo(400);
        assertThat(client.put("/a", "x", "Content-Encoding", "gzip").statusCode()).isEqualTo(415);
        assertThat(client.status("GET", "/a")).isEqualTo(404);
    }

    @Test
    void optionsTellWhatThisIs() throws Exception {
        var answer = client.send("OPTIONS", "/", "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Aloft-Server")).isEqualTo("1");
        assertThat(header(answer, "DAV")).contains("1");
        assertThat(header(answer, "Allow")).contains("PUT");
        assertThat(client.status("BREW", "/")).isEqualTo(501);
    }
}
