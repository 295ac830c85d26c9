package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import aloft.store.FaultyStore.Call;
import aloft.store.FaultyStore.Fault;
import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One by one on a clock of the test's own; a pause takes no time but by that clock. */
class RetryingStoreTest {

    private static final byte[] BODY = StoreContract.bytes(1, 100_000);

    private final MemoryStore memory = new MemoryStore();
    private final List<String> calls = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();
    private long now;
    private Duration latency = Duration.ZERO;
    private final FaultyStore faulty = new FaultyStore(memory, new Random(5), new FaultyStore.Hooks() {
        @Override
        public void before(Call call, String key) {
            calls.add(call + " " + key);
            now += latency.toNanos();
        }
    });
    private final Circuit circuit = new Circuit(() -> now);
    private final Store store = new RetryingStore(faulty, circuit,
            new Patience(Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofSeconds(30), () -> now,
                    new Random(7), (_, time) -> {
                        pauses.add(time);
                        now += time.toNanos();
                        return false;
                    }));

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void triesAgainWhatTheNetworkLost() throws Exception {
        faulty.next(Call.PUT, Fault.LOST_REQUEST)
                .next(Call.PUT, Fault.LOST_ANSWER)
                .next(Call.PUT, Fault.BUSY);
        store.put("a", BODY);
        assertThat(calls).hasSize(4);
        assertThat(memory.get("a", BODY.length).bytes()).isEqualTo(BODY);
    }

    @Test
    void pausesUnderABoundThatDoublesAndGivesUpInTime() {
        faulty.rate(Fault.LOST_REQUEST, 1);
        assertThatThrownBy(() -> store.get("a", 1)).isInstanceOf(Failure.Unreachable.class);
        assertThat(pauses).hasSizeGreaterThan(15);
        assertThat(pauses.get(0)).isLessThanOrEqualTo(Duration.ofMillis(200));
        assertThat(pauses.get(1)).isLessThanOrEqualTo(Duration.ofMillis(400));
        assertThat(pauses.get(2)).isLessThanOrEqualTo(Duration.ofMillis(800));
        assertThat(pauses).allSatisfy(pause -> assertThat(pause).isLessThanOrEqualTo(Duration.ofSeconds(2)));
        assertThat(Duration.ofNanos(now)).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(30));
    }

    @Test
    void waitsAsLongAsTheStoreAsks() throws Exception {
        memory.put("a", BODY);
        faulty.busyFor(Duration.ofSeconds(7));
        faulty.next(Call.GET, Fault.BUSY);
        store.get("a", BODY.length);
        assertThat(pauses).singleElement()
                .satisfies(pause -> assertThat(pause).isBetween(Duration.ofSeconds(7),
                        Duration.ofMillis(7_200)));
    }

    @Test
    void tellsAtOnceThatTheStoreAsksForLongerThanItHas() {
        faulty.busyFor(Duration.ofMinutes(5));
        faulty.next(Call.GET, Fault.BUSY);
        assertThatThrownBy(() -> store.get("a", 1)).isInstanceOfSatisfying(Failure.Busy.class,
                busy -> assertThat(busy.retryAfter()).isEqualTo(Duration.ofMinutes(5)));
        assertThat(pauses).isEmpty();
    }

    @Test
    void neverSendsAClaimAgainWhoseOutcomeIsUnknown() throws Exception {
        for (Fault fault : List.of(Fault.LOST_ANSWER, Fault.LOST_REQUEST, Fault.DUPLICATE)) {
            calls.clear();
            faulty.next(Call.PUT_IF_ABSENT, fault);
            assertThatThrownBy(() -> store.putIfAbsent("m/" + fault, BODY)).isInstanceOf(
                    Failure.Unreachable.class);
            assertThat(calls).hasSize(1);
        }
        memory.put("v", BODY);
        faulty.next(Call.REPLACE, Fault.LOST_ANSWER);
        assertThatThrownBy(() -> store.replace("v", BODY, memory.get("v", BODY.length).version()))
                .isInstanceOf(Failure.Unreachable.class);
    }

    @Test
    void sendsAClaimAgainThatTheStoreDidNotTake() throws Exception {
        faulty.next(Call.PUT_IF_ABSENT, Fault.BUSY);
        assertThat(store.putIfAbsent("m/1", BODY)).isTrue();
    }

    @Test
    void goesOnReadingWhereItBroke() throws Exception {
        memory.put("a", BODY);
        for (int i = 0; i < 10; i++) {
            faulty.next(Call.READ, Fault.BROKEN);
        }
        var out = new ByteArrayOutputStream();
        store.read("a", 10, BODY.length - 10, out::write);
        assertThat(out.toByteArray()).isEqualTo(Arrays.copyOfRange(BODY, 10, BODY.length));
        assertThat(calls).hasSize(11);
    }

    @Test
    void whatIsNotForTheMomentIsToldAtOnce() throws Exception {
        memory.put("a", BODY);
        faulty.next(Call.GET, Fault.TRUNCATED);
        assertThatThrownBy(() -> store.get("a", BODY.length)).isInstanceOf(Failure.Damaged.class);
        assertThatThrownBy(() -> store.get("b", 1)).isInstanceOf(Failure.Missing.class);
        assertThat(pauses).isEmpty();
    }

    @Test
    void awaitsTheRestOfTheTimeOnly() throws Exception {
        faulty.busyFor(Duration.ofSeconds(5));
        faulty.next(Call.AWAIT, Fault.BUSY);
        assertThat(store.await("m/1", 1, Duration.ofSeconds(5))).isEmpty();
    }

    @Test
    void aRefusedConnectionIsTriedOnceMore() throws Exception {
        memory.put("a", BODY);
        faulty.next(Call.GET, Fault.NOT_CONNECTED);
        store.get("a", BODY.length);
        assertThat(calls).hasSize(2);
    }

    @Test
    void withoutANetworkCallsFailAtOnceForATimeThatGrows() throws Exception {
        memory.put("a", BODY);
        faulty.offline(true);
        assertThatThrownBy(() -> store.get("a", 1)).isInstanceOf(Failure.Unreachable.class);
        for (int seconds : new int[]{1, 2, 4, 8, 16, 30, 30}) {
            calls.clear();
            now += Duration.ofSeconds(seconds).toNanos() - 1;
            assertThatThrownBy(() -> store.get("a", 1)).isInstanceOf(Failure.Unreachable.class);
            assertThat(calls).isEmpty();
            now += 1;
            latency = Duration.ofSeconds(10);
            assertThatThrownBy(() -> store.get("a", 1)).isInstanceOf(Failure.Unreachable.class);
            assertThat(calls).hasSize(1);
        }
        faulty.offline(false);
        circuit.reset();
        store.get("a", BODY.length);
        faulty.offline(true);
        assertThatThrownBy(() -> store.get("a", 1)).isInstanceOf(Failure.Unreachable.class);
        now += Duration.ofSeconds(1).toNanos();
        faulty.offline(false);
        store.get("a", BODY.length);
        store.get("a", BODY.length);
    }

    @Test
    void anHourWithoutAHostCostsFewTriesAndEndsByItself() throws Exception {
        memory.put("a", BODY);
        faulty.offline(true);
        latency = Duration.ofSeconds(10);
        for (int asked = 0; asked < 3_600; asked++) {
            assertThatThrownBy(() -> store.get("a", BODY.length)).isInstanceOf(Failure.Unreachable.class);
            now += Duration.ofSeconds(1).toNanos();
        }
        assertThat(calls).hasSizeBetween(90, 130);
        faulty.offline(false);
        now += Duration.ofSeconds(30).toNanos();
        store.get("a", BODY.length);
        store.get("a", BODY.length);
    }

    @Test
    void oneCallAtATimeTriesAHostThatWasGone() {
        circuit.notConnected();
        now += Duration.ofSeconds(1).toNanos();
        assertThat(circuit.mayTry()).isTrue();
        assertThat(circuit.mayTry()).isFalse();
        circuit.neverKnown();
        assertThat(circuit.mayTry()).isTrue();
        circuit.connected();
        assertThat(circuit.mayTry()).isTrue();
        assertThat(circuit.mayTry()).isTrue();
    }

    @Test
    void anInterruptEndsAPause() {
        var interrupted = new RetryingStore(faulty, circuit, new Patience(Duration.ofMillis(1),
                Duration.ofMillis(1), Duration.ofSeconds(1), () -> now, new Random(1), (_, _) -> {
                    throw new InterruptedException();
                }));
        faulty.next(Call.GET, Fault.BUSY);
        assertThatThrownBy(() -> interrupted.get("a", 1)).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void closingEndsAPause() {
        var closing = new RetryingStore(faulty, circuit, Patience.usual(new Random(1)));
        closing.close();
        faulty.busyFor(Duration.ofSeconds(29));
        faulty.next(Call.GET, Fault.BUSY);
        assertThatThrownBy(() -> closing.get("a", 1)).isInstanceOf(Failure.Busy.class);
    }
}
