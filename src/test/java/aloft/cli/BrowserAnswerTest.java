package aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrowserAnswerTest {

    private final BrowserAnswer browser;

    BrowserAnswerTest() throws Exception {
        browser = new BrowserAnswer("the state");
    }

    @AfterEach
    void close() {
        browser.close();
    }

    private HttpResponse<String> come(String query) throws Exception {
        URI address = URI
                .create(browser.address().toString().replace("localhost", "127.0.0.1") + "/" + query);
        try (var http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void takesTheCodeThatComesWithTheState() throws Exception {
        assertThat(come("").statusCode()).isEqualTo(404);
        assertThat(come("favicon.ico?code=1&state=the%20state").statusCode()).isEqualTo(404);
        assertThat(come("?code=of-another&state=other").statusCode()).isEqualTo(404);
        assertThat(come("?code=M.C5%2Bx&state=the+state").body()).contains("You can close this")
                .doesNotContain("M.C5");
        assertThat(browser.await(Duration.ofSeconds(10))).contains("M.C5+x");
    }

    @Test
    void hearsThatTheUserDidNotAllowIt() throws Exception {
        assertThat(come("?error=access_denied&state=the%20state").body()).contains("not let in");
        assertThat(browser.await(Duration.ofSeconds(10))).isEmpty();
    }

    @Test
    void readsAnAddressThatWasPasted() {
        assertThat(BrowserAnswer.code("code=1&state=s", "s")).contains("1");
        assertThat(BrowserAnswer.code("code=1&state=other", "s")).isEmpty();
        assertThat(BrowserAnswer.code("%zz=1&code=1&state=s%zz", "s")).isEmpty();
        assertThat(BrowserAnswer.code("http://localhost:1/", "s")).isEmpty();
    }
}
