package aloft.store;

import java.io.IOException;
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
        return fake.store("My Vault");
    }

    @AfterEach
    void stop() {
        fake.close();
    }
}
