package aloft.store;

import java.io.IOException;
import java.security.SecureRandom;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;

/** The contract at our fake of OneDrive, which rclone took for the real one. */
class OneDriveTest extends StoreContract {

    private final FakeOneDrive fake;
    private String login = FakeCloud.REFRESH;

    OneDriveTest() throws IOException {
        fake = new FakeOneDrive(0, "");
        fake.page = 50;
    }

    /** Without retries, so that they hide nothing. */
    @Override
    protected synchronized Store open() throws Exception {
        HttpUrl url = HttpUrl.get(fake.url());
        var options = new Stores.Options(false, false, null, new Circuit(System::nanoTime),
                new SecureRandom(),
                null, rotated -> login = rotated.lines().findFirst().orElseThrow());
        Store store = Stores.oneDrive(new AccountPlace(Account.ONEDRIVE, "My Vault"),
                new Credentials(null, login + "\n" + FakeCloud.CLIENT), options, Http.Times.USUAL,
                url.newBuilder().addPathSegments("v1.0/").build(),
                url.newBuilder().addPathSegments("common/oauth2/v2.0/").build());
        store.promise();
        return store;
    }

    @AfterEach
    void stop() {
        fake.close();
    }
}
