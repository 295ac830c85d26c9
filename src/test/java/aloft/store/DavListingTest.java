package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DavListingTest {

    private final MockWebServer server = new MockWebServer();
    private final Http http = new Http(Http.Times.USUAL, null);

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private DavListing listing() {
        return new DavListing(new Dav(http, server.url("/my dav/"), null));
    }

    private void answer(String... responses) {
        server.enqueue(new MockResponse.Builder().code(207)
                .setHeader("Date", "Mon, 23 Nov 2026 05:00:00 GMT")
                .body("<multistatus xmlns=\"DAV:\">" + String.join("", responses) + "</multistatus>")
                .build());
    }

    private static String folder(String href) {
        return response(href, "<resourcetype><collection/></resourcetype>");
    }

    private static String file(String href, String modified) {
        return response(href,
                "<resourcetype/><getcontentlength>5</getcontentlength><getlastmodified>" + modified
                        + "</getlastmodified>");
    }

    private static String response(String href, String properties) {
        return "<response><href>" + href + "</href><propstat><prop>" + properties
                + "</prop><status>HTTP/1.1 200 OK</status></propstat></response>";
    }

    @Test
    void understandsEveryWayToWriteAPath() throws Exception {
        answer(folder("/my%20dav/m"), file("/my%20dav/m/1", "Mon, 23 Nov 2026 04:00:00 GMT"),
                file(server.url("/my dav/m/2").toString(), "Mon, 23 Nov 2026 04:00:01 GMT"),
                file("/%6Dy%20dav/m/%33", ""), folder("/my%20dav/m/f/"), file("/my%20dav/m/f/deeper", ""));
        var found = new ArrayList<DavListing.Child>();
        assertThat(listing().list("m/", found::add)).isTrue();
        long hour = 3_600_000;
        long five = 1_795_410_000_000L;
        assertThat(found).containsExactly(new DavListing.Child("1", false, 5, five - hour, five),
                new DavListing.Child("2", false, 5, five - hour + 1_000, five),
                new DavListing.Child("3", false, 5, five, five),
                new DavListing.Child("f", true, -1, five, five));
        assertThat(server.takeRequest().getHeaders().get("Depth")).isEqualTo("1");
    }

    @Test
    void refusesAnswersAboutOtherPaths() {
        answer(folder("/internal/m/"), file("/internal/m/1", ""));
        assertThatThrownBy(() -> listing().names("m/")).isInstanceOf(Failure.Refused.class);
    }

    @Test
    void aFileOrNothingHoldsNothing() throws Exception {
        answer(file("/my%20dav/m", ""));
        assertThat(listing().list("m/", _ -> {})).isFalse();
        server.enqueue(new MockResponse.Builder().code(404).build());
        assertThat(listing().list("m/", _ -> {})).isFalse();
    }

    @Test
    void refusesWhatIsNoWebDav() {
        server.enqueue(new MockResponse.Builder().code(207).body("<html/>").build());
        assertThatThrownBy(() -> listing().names("")).isInstanceOf(Failure.Refused.class);
        server.enqueue(new MockResponse.Builder().code(200).body("<html/>").build());
        assertThatThrownBy(() -> listing().names("")).isInstanceOf(Failure.Refused.class);
    }

    @Test
    void asksAgainWhenSomethingWentAwayMeanwhile() throws Exception {
        server.enqueue(new MockResponse.Builder().code(500).build());
        answer(folder("/my%20dav/"), file("/my%20dav/a", ""));
        assertThat(listing().names("")).isEqualTo(List.of("a"));
    }

    @Test
    void tellsTheSpace() throws Exception {
        answer(response("/", "<quota-available-bytes>70</quota-available-bytes>"
                + "<quota-used-bytes>30</quota-used-bytes>"));
        assertThat(listing().space()).isEqualTo(new Store.Space(100, 30));
        answer(response("/", "<quota-available-bytes>-3</quota-available-bytes>"
                + "<quota-used-bytes>30</quota-used-bytes>"));
        assertThat(listing().space()).isEqualTo(new Store.Space(-1, 30));
        answer(response("/", ""));
        assertThat(listing().space()).isEqualTo(Store.Space.UNKNOWN);
    }
}
