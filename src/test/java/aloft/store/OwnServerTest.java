package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.server.CloudServer;
import aloft.server.Config;
import aloft.server.Login;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnServerTest extends DavContract {

    @TempDir
    static Path folder;

    OwnServerTest() {
        super(Store.Promise.ATOMIC, true);
    }

    @Override
    protected Running run() throws Exception {
        var server = CloudServer.start(Config.of(folder, new InetSocketAddress(
                InetAddress.getLoopbackAddress(), 0))
                .withLogin(
                        Login.of("user", "pass".toCharArray(), new SecureRandom())));
        return new Running(server.uri().toString(), new Credentials("user", "pass"), server);
    }

    @Test
    void knowsAfterTheFirstWaitThatItCanWait() throws Exception {
        assertThat(store.canAwait()).isFalse();
        store.await("m/1", 10, Duration.ofMillis(1));
        assertThat(store.canAwait()).isTrue();
    }

    @Test
    void knowsAfterTheFirstWriteThatItCanWait() throws Exception {
        store.put("a", new byte[1]);
        assertThat(store.canAwait()).isTrue();
    }
}
