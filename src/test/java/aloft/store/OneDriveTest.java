package aloft.store;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;

/** The contract at our fake of OneDrive, which rclone took for the real one. */
class OneDriveTest extends StoreContract {

    private final FakeOneDrive fake;

    OneDriveTest() throws IOException {
        fake = new FakeOneDrive(0, "");
        fake.page = 50;
    }

    /** Without retries, so that they hide nothing. */
    @Override
    protected Store open() throws Exception {
        Store store = fake.store("My Vault");
        store.promise();
        return store;
    }

    @AfterEach
    void stop() {
        fake.close();
    }
}
