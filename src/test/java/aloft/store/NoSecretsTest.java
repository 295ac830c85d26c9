package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;

/** What logins hold stands in no error, no log and no text. */
class NoSecretsTest {

    private static final String SECRET = "theClientSecret";
    private static final String[] SECRETS = {FakeCloud.REFRESH, SECRET, "Bearer", "token1", "token2",
            "token3"};

    private final StringWriter said = new StringWriter();
    private final PrintWriter out = new PrintWriter(said, true);

    @FunctionalInterface
    private interface Opener {
        Store open(HttpUrl url, Credentials credentials) throws IOException;
    }

    private static Stores.Options options() {
        return Stores.Options.usual(new Circuit(System::nanoTime), new Random(1));
    }

    private void fails(FakeCloud fake, Opener opener) throws Exception {
        var credentials = new Credentials(null, FakeCloud.REFRESH + "\n" + FakeCloud.CLIENT + "\n" + SECRET);
        out.println(credentials);
        Logger root = Logger.getLogger("");
        Level before = root.getLevel();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                out.println(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        root.addHandler(handler);
        root.setLevel(Level.FINE);
        try (fake; Store store = opener.open(HttpUrl.get(fake.url()), credentials)) {
            out.println(store);
            store.put("a", new byte[1]);
            fake.busy.set(1);
            failing(store);
            fake.quota = 1;
            failing(store);
            fake.revoked = true;
            fake.endTokens();
            failing(store);
            fake.close();
            failing(store);
        } finally {
            root.removeHandler(handler);
            root.setLevel(before);
        }
        assertThat(said.toString()).contains("Failure").doesNotContain(SECRETS);
    }

    private void failing(Store store) {
        try {
            store.put("b", new byte[100]);
        } catch (IOException e) {
            e.printStackTrace(out);
        }
    }

    @Test
    void dropboxTellsNone() throws Exception {
        fails(new FakeDropbox(0, true), (url, credentials) -> Stores.dropbox(
                new AccountPlace(Account.DROPBOX, ""), credentials, options(), Http.Times.USUAL,
                new Dropbox.Hosts(url, url, url)));
    }

    @Test
    void oneDriveTellsNone() throws Exception {
        fails(new FakeOneDrive(0, ""), (url, credentials) -> Stores.oneDrive(
                new AccountPlace(Account.ONEDRIVE, ""), credentials, options(), Http.Times.USUAL,
                url.newBuilder().addPathSegments("v1.0/").build(),
                url.newBuilder().addPathSegments("common/oauth2/v2.0/").build()));
    }

    @Test
    void googleDriveTellsNone() throws Exception {
        fails(new FakeGoogleDrive(0, ""), (url, credentials) -> Stores.googleDrive(
                new AccountPlace(Account.GDRIVE, ""), credentials, options(), Http.Times.USUAL, url,
                url.newBuilder().addPathSegments("oauth2/").build()));
    }

    @Test
    void theirTextsHoldNone() {
        assertThat(new AccountKeys("id", SECRET, FakeCloud.REFRESH).toString()).doesNotContain(SECRETS);
        assertThat(new Credentials("me", SECRET).toString()).doesNotContain(SECRETS);
        assertThat(new S3Keys("id", SECRET, FakeCloud.REFRESH).toString()).doesNotContain(SECRETS);
    }
}
