package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link Store} promises, proven on a store: its own test says how to open one, and the hooks. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
public abstract class StoreContract {

    private static final int LIMIT = 1 << 24;

    protected Store store;

    /** A store on a place that is the same for all calls in a test. */
    protected abstract Store open() throws Exception;

    /** What the store is expected to promise. */
    protected Store.Promise promised() {
        return Store.Promise.ATOMIC;
    }

    /** Rounds of a race; a server that takes long asks for fewer. More with -Daloft.rounds=200. */
    protected int rounds() {
        return Integer.getInteger("aloft.rounds", 20);
    }

    protected boolean tellsSpace() {
        return true;
    }

    /** Whether who reads an object while it is being replaced gets the old or the new one. */
    protected boolean readsWholeWhileReplaced() {
        return true;
    }

    /** Before each test: the next call of {@link #open} finds an empty place. */
    protected void begin() throws Exception {}

    @BeforeEach
    void openStore() throws Exception {
        begin();
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void givesBackWhatWasPut() throws Exception {
        byte[] body = bytes(1, 100_000);
        store.put("o/ab/0123", body);
        assertThat(store.get("o/ab/0123", LIMIT).bytes()).isEqualTo(body);
    }

    @Test
    void holdsAnEmptyObject() throws Exception {
        store.put("empty", new byte[0]);
        assertThat(store.get("empty", 0).bytes()).isEmpty();
        assertThatThrownBy(() -> read("empty", 0, 1)).isInstanceOf(Failure.Damaged.class);
    }

    @Test
    void holdsALargeObject() throws Exception {
        byte[] body = bytes(2, 9 << 20);
        store.put("o/large", body);
        assertThat(store.get("o/large", LIMIT).bytes()).isEqualTo(body);
        assertThat(read("o/large", 5_000_000, 3_000_000))
                .isEqualTo(Arrays.copyOfRange(body, 5_000_000, 8_000_000));
    }

    @Test
    void putReplaces() throws Exception {
        store.put("x", bytes(1, 5_000));
        store.put("x", bytes(2, 3_000));
        assertThat(store.get("x", LIMIT).bytes()).isEqualTo(bytes(2, 3_000));
        assertThat(read("x", 0, 3_000)).isEqualTo(bytes(2, 3_000));
    }

    @Test
    void takesEveryKey() throws Exception {
        var keys = List.of("a", "A.b-c_d/E/0", "hidden./x../y...", "-", "b/c/d/e/f/g/h/i", "x".repeat(200),
                "y".repeat(100) + "/" + "z".repeat(99));
        for (String key : keys) {
            store.put(key, key.getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(list("").keySet()).containsExactlyInAnyOrderElementsOf(keys);
        for (String key : keys) {
            assertThat(store.get(key, LIMIT).bytes()).asString().isEqualTo(key);
        }
    }

    @Test
    void refusesWhatIsNoKey() {
        for (String key : List.of("", "/a", "a/", "a//b", ".", "..", ".a", "a/.b", "a/../b", "a/.", "~a",
                "a b", "ä",
                "a\\b",
                "a\n", "%41", "x".repeat(201))) {
            assertThatThrownBy(() -> store.put(key, new byte[1])).isInstanceOf(
                    IllegalArgumentException.class);
            assertThatThrownBy(() -> store.get(key, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.delete(key)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> list("a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        store.put("a/b", bytes(1, 10));
        for (String key : List.of("a/c", "b/c/d")) {
            assertThatThrownBy(() -> store.get(key, LIMIT)).isInstanceOf(Failure.Missing.class);
            assertThatThrownBy(() -> read(key, 0, 1)).isInstanceOf(Failure.Missing.class);
            assertThat(store.replace(key, bytes(2, 10), "1")).isFalse();
            assertThat(store.await(key, LIMIT, Duration.ofMillis(1))).isEmpty();
        }
    }

    @Test
    void getKeepsToTheLimit() throws Exception {
        store.put("a", bytes(1, 1_001));
        assertThatThrownBy(() -> store.get("a", 1_000)).isInstanceOf(Failure.Damaged.class);
        assertThatThrownBy(() -> store.await("a", 1_000, Duration.ZERO)).isInstanceOf(Failure.Damaged.class);
        assertThat(store.get("a", 1_001).bytes()).hasSize(1_001);
    }

    @Test
    void readsEveryRange() throws Exception {
        byte[] body = bytes(3, 300_000);
        store.put("a", body);
        for (int[] range : new int[][]{{0, 1}, {0, 300_000}, {299_999, 1}, {65_535, 65_538}, {100, 0},
                {123_456, 100_000}}) {
            assertThat(read("a", range[0], range[1]))
                    .isEqualTo(Arrays.copyOfRange(body, range[0], range[0] + range[1]));
        }
    }

    @Test
    void aReadPastTheEndIsDamage() throws Exception {
        store.put("a", bytes(1, 1_000));
        for (int[] range : new int[][]{{0, 1_001}, {999, 2}, {1_000, 1}, {5_000, 10}}) {
            assertThatThrownBy(() -> read("a", range[0], range[1])).isInstanceOf(Failure.Damaged.class);
        }
        assertThatThrownBy(() -> read("a", 5_000_000_000L, 10)).isInstanceOf(Failure.Damaged.class);
    }

    @Test
    void putsIfAbsentOnlyOnce() throws Exception {
        assertThat(store.putIfAbsent("m/1", bytes(1, 100))).isTrue();
        assertThat(store.putIfAbsent("m/1", bytes(2, 100))).isFalse();
        assertThat(store.putIfAbsent("m/1", bytes(1, 100))).isFalse();
        assertThat(store.get("m/1", LIMIT).bytes()).isEqualTo(bytes(1, 100));
        store.delete("m/1");
        assertThat(store.putIfAbsent("m/1", bytes(3, 100))).isTrue();
        assertThat(list("").keySet()).containsExactly("m/1");
    }

    @Test
    void replacesOnlyTheVersionItKnows() throws Exception {
        store.put("vault.json", bytes(1, 100));
        String first = store.get("vault.json", LIMIT).version();
        assertThat(store.replace("vault.json", bytes(2, 100), first)).isTrue();
        assertThat(store.replace("vault.json", bytes(3, 100), first)).isFalse();
        Store.Read second = store.get("vault.json", LIMIT);
        assertThat(second.bytes()).isEqualTo(bytes(2, 100));
        assertThat(store.replace("vault.json", bytes(4, 200), second.version())).isTrue();
        store.delete("vault.json");
        assertThat(store.replace("vault.json", bytes(5, 100), second.version())).isFalse();
        assertThat(list("")).isEmpty();
    }

    @Test
    void awaitGivesWhatIsThere() throws Exception {
        store.put("m/2", bytes(1, 10));
        assertThat(store.await("m/2", LIMIT, Duration.ofSeconds(30))).contains(bytes(1, 10));
        assertThat(store.await("m/3", LIMIT, Duration.ofMillis(10))).isEmpty();
    }

    @Test
    void awaitSeesWhatComesIfTheStoreCanWait() throws Exception {
        store.await("m/4", LIMIT, Duration.ofMillis(10));
        if (!store.canAwait()) {
            return;
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> waiting = threads.submit(() -> store.await("m/4", LIMIT, Duration.ofSeconds(50))
                    .orElseThrow());
            store.putIfAbsent("m/4", bytes(4, 1_000));
            assertThat(waiting.get()).isEqualTo(bytes(4, 1_000));
        }
    }

    @Test
    void listsAllDepthsUnderThePrefixAlone() throws Exception {
        for (String key : List.of("m/1", "m/2", "o/ab/1", "o/ab/2", "o/cd/e/3", "ox/1", "README.txt")) {
            store.put(key, bytes(1, key.length()));
        }
        assertThat(list("o/")).isEqualTo(Map.of("o/ab/1", 6L, "o/ab/2", 6L, "o/cd/e/3", 8L));
        assertThat(list("o/cd/").keySet()).containsExactly("o/cd/e/3");
        assertThat(list("").keySet()).hasSize(7);
        assertThat(list("q/")).isEmpty();
    }

    @Test
    void listsManyObjects() throws Exception {
        var keys = new HashSet<String>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            var puts = new ArrayList<Callable<Void>>();
            for (int i = 0; i < 600; i++) {
                String key = "o/" + i % 3 + "/" + i;
                keys.add(key);
                puts.add(() -> {
                    store.put(key, new byte[1]);
                    return null;
                });
            }
            for (Future<Void> put : threads.invokeAll(puts)) {
                put.get();
            }
        }
        assertThat(list("o/").keySet()).isEqualTo(keys);
    }

    @Test
    void tellsWhenObjectsWereMade() throws Exception {
        store.put("a", new byte[1]);
        store.list("", listed -> assertThat(Math.abs(listed.modified() - System.currentTimeMillis()))
                .isLessThan(Duration.ofMinutes(5).toMillis()));
    }

    @Test
    void deletes() throws Exception {
        store.put("a/b", bytes(1, 10));
        store.delete("a/b");
        store.delete("a/b");
        store.delete("never/was");
        assertThatThrownBy(() -> store.get("a/b", LIMIT)).isInstanceOf(Failure.Missing.class);
        assertThat(list("")).isEmpty();
        store.put("a/b", bytes(2, 10));
        assertThat(store.get("a/b", LIMIT).bytes()).isEqualTo(bytes(2, 10));
    }

    @Test
    void tellsItsSpace() throws Exception {
        store.put("a", bytes(1, 100));
        Store.Space space = store.space();
        if (tellsSpace()) {
            assertThat(space.used()).isPositive();
        } else {
            assertThat(space).isEqualTo(Store.Space.UNKNOWN);
        }
    }

    @Test
    void promisesWhatIsExpectedOfIt() throws Exception {
        assertThat(store.promise()).isEqualTo(promised());
        assertThat(list("")).isEmpty();
    }

    @Test
    void ofManyWritersOneGetsTheSlot() throws Exception {
        try (var race = new Race(this::open)) {
            for (int round = 0; round < rounds(); round++) {
                String slot = "m/" + round;
                List<Boolean> won = race.run((one, writer) -> one.putIfAbsent(slot, bytes(writer, 2_000)));
                assertThat(won).as(slot).containsOnlyOnce(true);
                assertThat(store.get(slot, LIMIT).bytes()).isEqualTo(bytes(won.indexOf(true), 2_000));
            }
        }
        assertThat(list("").keySet()).hasSize(rounds());
    }

    @Test
    void ofManyWritersOneReplaces() throws Exception {
        store.put("vault.json", bytes(99, 500));
        try (var race = new Race(this::open)) {
            for (int round = 0; round < (rounds() + 4) / 5; round++) {
                String version = store.get("vault.json", LIMIT).version();
                int salt = 100 * (round + 1);
                List<Boolean> won = race.run((one, writer) -> {
                    byte[] mine = bytes(salt + writer, 500);
                    return Race.settled(one, "vault.json", mine,
                            () -> one.replace("vault.json", mine, version));
                });
                assertThat(won).containsOnlyOnce(true);
                assertThat(store.get("vault.json", LIMIT).bytes())
                        .isEqualTo(bytes(salt + won.indexOf(true), 500));
            }
        }
    }

    @Test
    void neverShowsAPartOfANewObject() throws Exception {
        byte[] body = bytes(1, 700_000);
        for (int i = 0; i < 10; i++) {
            String key = "m/" + i;
            boolean claimed = i % 2 == 0;
            Watching.shows(store, key, List.of(body), () -> {
                if (claimed) {
                    store.putIfAbsent(key, body);
                } else {
                    store.put(key, body);
                }
            });
        }
    }

    @Test
    void neverShowsAPartOfAReplacedObject() throws Exception {
        if (!readsWholeWhileReplaced()) {
            return;
        }
        List<byte[]> bodies = List.of(bytes(1, 400_000), bytes(2, 500_000));
        Watching.shows(store, "a", bodies, () -> {
            for (int i = 0; i < 20; i++) {
                store.put("a", bodies.get(i % 2));
            }
        });
    }

    @Test
    void anInterruptedCallerGetsAway() throws Exception {
        store.put("a", bytes(1, 10));
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> store.get("a", LIMIT)).isInstanceOf(InterruptedIOException.class);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> store.put("b", bytes(1, 10)))
                    .isInstanceOf(InterruptedIOException.class);
        } finally {
            Thread.interrupted();
        }
        assertThat(store.get("a", LIMIT).bytes()).isEqualTo(bytes(1, 10));
    }

    @Test
    void isTheSamePlaceWhenOpenedAgain() throws Exception {
        store.put("a/b", bytes(1, 10));
        try (Store again = open()) {
            assertThat(again.get("a/b", LIMIT).bytes()).isEqualTo(bytes(1, 10));
            assertThat(again.putIfAbsent("a/b", bytes(2, 10))).isFalse();
        }
    }

    protected Map<String, Long> list(String prefix) throws Exception {
        var found = new TreeMap<String, Long>();
        store.list(prefix, listed -> found.put(listed.key(), listed.size()));
        return found;
    }

    protected byte[] read(String key, long offset, int length) throws Exception {
        var out = new ByteArrayOutputStream();
        store.read(key, offset, length, out::write);
        return out.toByteArray();
    }

    protected static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
