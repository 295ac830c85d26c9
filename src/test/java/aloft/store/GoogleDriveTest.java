package aloft.store;

import java.io.IOException;
import java.security.SecureRandom;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;

/** The contract at our fake of Google Drive. */
class GoogleDriveTest extends StoreContract {

    private final FakeGoogleDrive fake;

    GoogleDriveTest() throws IOException {
        fake = new FakeGoogleDrive(0, "");
        fake.page = 50;
    }

    /** Without retries, so that they hide nothing. */
    @Override
    protected Store open() throws Exception {
        HttpUrl url = HttpUrl.get(fake.url());
        return Stores.googleDrive(new AccountPlace(Account.GDRIVE, "My Vault"),
                new Credentials(null,
                        FakeCloud.REFRESH + "\n" + FakeCloud.CLIENT + "\n" + FakeGoogleDrive.SECRET),
                Stores.Options.usual(new Circuit(System::nanoTime), new SecureRandom()), Http.Times.USUAL,
                url, url.newBuilder().addPathSegments("oauth2/").build());
    }

    @AfterEach
    void stop() {
        fake.close();
    }
}
