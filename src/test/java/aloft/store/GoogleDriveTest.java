package aloft.store;

import java.io.IOException;
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
        return fake.store("My Vault");
    }

    @AfterEach
    void stop() {
        fake.close();
    }
}
