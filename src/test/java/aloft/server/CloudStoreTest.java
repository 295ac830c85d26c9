package aloft.server;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.store.Circuit;
import aloft.store.Credentials;
import aloft.store.Place;
import aloft.store.Store;
import aloft.store.StoreContract;
import aloft.store.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract of a store on this server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CloudStoreTest extends StoreContract {

    private Served served;
    private int places;

    @BeforeAll
    void start(@TempDir Path root) throws IOException {
        var login = Login.ofRandom("anna", "secret".toCharArray(), new SecureRandom());
        served = Served.with(Served.config(root).withLogin(login));
    }

    @AfterAll
    void stop() throws IOException {
        served.close();
    }

    @Override
    protected void begin() {
        places++;
    }

    @Override
    protected Store open() throws IOException {
        return Stores.open(Place.parse(served.server().uri() + "vault-" + places),
                new Credentials("anna", "secret"),
                Stores.Options.usual(new Circuit(System::nanoTime), new SecureRandom()).making());
    }

    @Test
    void itWaits() throws IOException {
        store.put("a", new byte[1]);
        assertThat(store.await("a", 10, Duration.ofSeconds(1))).isPresent();
        assertThat(store.canAwait()).isTrue();
    }
}
