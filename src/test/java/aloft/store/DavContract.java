package aloft.store;

import java.io.IOException;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract on a WebDAV server; each test has a folder of its own there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DavContract extends StoreContract {

    private final String kind;
    private final Store.Promise promised;
    private final boolean tellsSpace;
    private DavTestServer server;
    private int places;

    DavContract(String kind, Store.Promise promised, boolean tellsSpace) {
        this.kind = kind;
        this.promised = promised;
        this.tellsSpace = tellsSpace;
    }

    @BeforeAll
    void start() throws IOException {
        server = DavTestServer.start(kind);
    }

    @AfterAll
    void stop() throws IOException {
        server.close();
    }

    @Override
    protected void begin() {
        places++;
    }

    @Override
    protected Store open() throws Exception {
        return Stores.webDav((Place.Web) Place.parse(server.url() + "vault%20" + places),
                server.credentials(),
                Stores.Options.usual(new Circuit(System::nanoTime), new SecureRandom()).making(),
                Http.Times.USUAL);
    }

    @Override
    protected Store.Promise promised() {
        return promised;
    }

    @Override
    protected boolean tellsSpace() {
        return tellsSpace;
    }

    /** All rounds with -Daloft.rounds=200. */
    @Override
    protected int rounds() {
        return Integer.getInteger("aloft.rounds", promised == Store.Promise.ATOMIC ? 20 : 5);
    }
}
