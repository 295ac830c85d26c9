package aloft.store;

import java.security.SecureRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract on a WebDAV server; each test has a folder of its own there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DavContract extends StoreContract {

    private final Store.Promise promised;
    private final boolean tellsSpace;
    private Running server = new Running("", Credentials.NONE, () -> {});
    private int places;

    DavContract(Store.Promise promised, boolean tellsSpace) {
        this.promised = promised;
        this.tellsSpace = tellsSpace;
    }

    /** @param url of a folder that is there, with '/' at its end */
    record Running(String url, Credentials credentials, AutoCloseable end) {

        /** One that {@code scripts/servers/start} knows. */
        static Running of(String kind) throws Exception {
            var server = DavTestServer.start(kind);
            return new Running(server.url(), server.credentials(), server);
        }
    }

    /** Starts the server, once for all tests of the class. */
    protected abstract Running run() throws Exception;

    @BeforeAll
    void start() throws Exception {
        server = run();
    }

    @AfterAll
    void stop() throws Exception {
        server.end().close();
    }

    @Override
    protected void begin() {
        places++;
    }

    /** Without retries, so that they hide nothing. */
    @Override
    protected WebDavStore open() throws Exception {
        return Stores.webDav((Place.Web) Place.parse(server.url() + "vault%20" + places),
                server.credentials(),
                Stores.Options.usual(new Circuit(System::nanoTime), new SecureRandom()).making(),
                Http.Times.USUAL);
    }

    @Override
    protected Store.Promise promised() {
        return promised;
    }

    /** Apache and sabre/dav take the length before they open the file. */
    @Override
    protected boolean readsWholeWhileReplaced() {
        return promised == Store.Promise.ATOMIC;
    }

    @Override
    protected boolean tellsSpace() {
        return tellsSpace;
    }

    /** More with -Daloft.rounds=200. */
    @Override
    protected int rounds() {
        return Integer.getInteger("aloft.rounds", promised == Store.Promise.ATOMIC ? 20 : 5);
    }
}
