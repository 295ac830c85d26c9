package aloft.store;

import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/** The contract at S3Proxy, which checks signatures; or, with -Daloft.s3=URL (keys "user", "pass"), at another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("s3proxy")
class S3ProxyTest extends StoreContract {

    private String url = "";
    private AutoCloseable server = () -> {};
    private int places;

    @BeforeAll
    void start() throws Exception {
        url = System.getProperty("aloft.s3", "");
        if (url.isEmpty()) {
            var started = DavTestServer.start("s3proxy");
            server = started;
            url = started.url();
        }
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @Override
    protected void begin() {
        places++;
    }

    /** Without retries, so that they hide nothing. */
    @Override
    protected Store open() throws Exception {
        var place = new S3Place("vaults-" + places % 2 + "-of-tests",
                "a place/" + Long.toHexString(ProcessHandle.current().pid()) + "/" + places, url, null);
        return Stores.s3(place, new Credentials(null, "user\npass\n"),
                Stores.Options.usual(new Circuit(System::nanoTime), new SecureRandom()).making(),
                Http.Times.USUAL, InstantSource.system());
    }

    @Override
    protected boolean tellsSpace() {
        return false;
    }
}
