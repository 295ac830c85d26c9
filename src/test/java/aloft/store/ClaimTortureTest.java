package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.failure.Failure;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Claims where everything goes wrong: connections break at any byte, and every writer has a clock that
 * jumps, so that writers which are alive put each other out. Nobody may win a slot twice.
 */
class ClaimTortureTest {

    private static final int WRITERS = 5;
    private static final int SLOTS = Integer.getInteger("aloft.rounds", 4);
    private static final Http.Times SHORT = new Http.Times(Duration.ofSeconds(10), Duration.ofSeconds(5),
            Duration.ofSeconds(20), 1_000_000);

    @Test
    @Tag("sabre")
    void nobodyWinsASlotTwiceAtSabre() throws Exception {
        nobodyWinsASlotTwice("sabre");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lighttpd", "apache", "nginx"})
    void nobodyWinsASlotTwice(String kind) throws Exception {
        var random = new Random(kind.hashCode());
        try (var server = DavTestServer.start(kind);
                var proxy = new CuttingProxy(URI.create(server.url()).getPort(), random, 60_000);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String broken = "http://127.0.0.1:" + proxy.port() + "/dav/";
            var stores = new ArrayList<Store>();
            for (int i = 0; i < WRITERS; i++) {
                stores.add(store(broken, new Random(random.nextLong())));
            }
            Store good = store(server.url(), new Random(1));
            good.promise();
            for (int slot = 0; slot < SLOTS; slot++) {
                String key = "m/" + slot;
                var start = new CyclicBarrier(WRITERS);
                var running = new ArrayList<Future<Boolean>>();
                for (int i = 0; i < WRITERS; i++) {
                    int writer = i;
                    running.add(threads.submit(() -> {
                        start.await();
                        return claim(stores.get(writer), good, key, StoreContract.bytes(writer, 1_500));
                    }));
                }
                var won = new ArrayList<Boolean>();
                for (Future<Boolean> one : running) {
                    won.add(one.get());
                }
                assertThat(won).as(key).containsOnlyOnce(true);
                assertThat(good.get(key, 10_000).bytes())
                        .isEqualTo(StoreContract.bytes(won.indexOf(true), 1_500));
            }
            stores.forEach(Store::close);
            good.close();
        }
    }

    private static Store store(String url, Random random) {
        var now = new AtomicLong();
        var http = new Http(SHORT, null);
        var patience = new Patience(Duration.ofSeconds(1), Duration.ofSeconds(15), Duration.ofMinutes(5),
                now::get, random, (closed, time) -> {
                    now.addAndGet(time.toNanos());
                    return closed.await(random.nextInt(5), TimeUnit.MILLISECONDS);
                });
        return new WebDavStore(http,
                new Dav(http, HttpUrl.get(url), okhttp3.Credentials.basic("user", "pass")),
                true, patience);
    }

    /** As a device does it: reads back what it does not know, and tries again when there is nothing. */
    private static boolean claim(Store store, Store good, String key, byte[] body) throws Exception {
        while (true) {
            try {
                return store.putIfAbsent(key, body);
            } catch (Failure.Busy e) {
                // nothing was done
            } catch (Failure.Unreachable e) {
                try {
                    return Arrays.equals(good.get(key, 10_000).bytes(), body);
                } catch (Failure.Missing missing) {
                    // again
                }
            }
        }
    }
}
