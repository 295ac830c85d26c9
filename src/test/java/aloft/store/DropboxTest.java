package aloft.store;

import java.io.IOException;
import java.security.SecureRandom;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;

/** The contract at our fake of Dropbox, which rclone and Dropbox's Python library took for the real one. */
class DropboxTest extends StoreContract {

    private final FakeDropbox fake;

    DropboxTest() throws IOException {
        fake = new FakeDropbox(0, true);
        fake.page = 100;
    }

    /** Without retries, so that they hide nothing. */
    @Override
    protected Store open() throws Exception {
        HttpUrl url = HttpUrl.get(fake.url());
        return Stores.dropbox(new AccountPlace(Account.DROPBOX, "My Vault"),
                new Credentials(null, FakeDropbox.REFRESH + "\n" + FakeDropbox.CLIENT),
                Stores.Options.usual(new Circuit(System::nanoTime), new SecureRandom()), Http.Times.USUAL,
                new Dropbox.Hosts(url, url, url));
    }

    @AfterEach
    void stop() {
        fake.close();
    }
}
