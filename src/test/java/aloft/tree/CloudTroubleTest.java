package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import aloft.store.FaultyStore;
import aloft.store.FaultyStore.Call;
import aloft.store.FaultyStore.Fault;
import aloft.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A cloud that takes nothing for an hour, for whatever reason, and clocks that are wrong. */
class CloudTroubleTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    private Path disk;

    private final MemoryStore store = new MemoryStore();
    private final FaultyStore faulty = new FaultyStore(store, new Random(1));
    private final List<TestDevice> devices = new ArrayList<>();
    private Instant now = NOON;

    @BeforeEach
    void make() throws IOException {
        TestDevice.makeVault(store);
    }

    @AfterEach
    void close() throws IOException {
        for (TestDevice device : devices) {
            device.close();
        }
    }

    private TestDevice device(String name, Duration wrong) throws IOException {
        InstantSource clock = () -> now.plus(wrong);
        var device = new TestDevice(name, disk.resolve(name), name.equals("one") ? faulty : store, clock);
        devices.add(device);
        return device;
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_CONNECTED", "LOST_REQUEST", "BUSY", "FULL", "NEEDS_LOGIN"})
    void whatIsWrittenInAnHourWithoutTheCloudGoesUpAfterwards(Fault trouble) throws Exception {
        TestDevice one = device("one", Duration.ZERO);
        TestDevice two = device("two", Duration.ZERO);
        one.write("/before", "before");
        one.push();
        faulty.rate(trouble, 1);
        for (int minute = 0; minute <= 60; minute += 6) {
            now = now.plus(Duration.ofMinutes(6));
            one.write("/during" + minute, "minute " + minute);
            one.append("/before", ", " + minute);
            assertThatThrownBy(one::push).isInstanceOf(Failure.class).hasMessageContaining("fault");
            assertThat(one.read("/during" + minute)).isEqualTo("minute " + minute);
            assertThat(one.keeping().status().pending()).isPositive();
            if (minute == 30 && trouble != Fault.NEEDS_LOGIN) {
                one.restart();
            }
        }
        var whole = one.tree();
        faulty.clear();
        one.push();
        two.pull();
        assertThat(one.isQuiet()).isTrue();
        assertThat(one.tree()).isEqualTo(whole);
        assertThat(two.tree()).isEqualTo(whole);
    }

    /** With the claim it is the commit that goes up in the second round, with the pack it is everything. */
    @ParameterizedTest
    @EnumSource(names = {"PUT", "PUT_IF_ABSENT"})
    void whoWaitsIsNotToldOfATroubleThatPasses(Call call) throws Exception {
        TestDevice one = device("one", Duration.ZERO);
        one.write("/file", "is up after the second round");
        faulty.next(call, Fault.LOST_REQUEST);
        one.start();
        one.keeping().awaitUploaded("/", (done, total, item) -> {});
        assertThat(one.isQuiet()).isTrue();
    }

    @Test
    void whoWaitsIsToldWhenNothingGoesUp() throws Exception {
        TestDevice one = device("one", Duration.ZERO);
        one.write("/file", "text");
        faulty.rate(Fault.NOT_CONNECTED, 1);
        one.start();
        assertThatThrownBy(() -> one.keeping().awaitUploaded("/", (done, total, item) -> {}))
                .isInstanceOf(Failure.Unreachable.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aClockThatIsWrongByADayLosesNothing(int days) throws Exception {
        TestDevice one = device("one", Duration.ofDays(days));
        TestDevice two = device("two", Duration.ZERO);
        for (int round = 0; round < 5; round++) {
            now = now.plus(Duration.ofHours(1));
            one.write("/of one", "one " + round);
            one.push();
            two.pull();
            two.append("/of one", ", two " + round);
            two.write("/of two", "two " + round);
            two.push();
            one.pull();
            assertThat(one.read("/of one")).isEqualTo("one " + round + ", two " + round);
            one.collect();
            two.collect();
        }
        assertThat(one.tree()).isEqualTo(two.tree());
        assertThat(one.paths()).containsExactlyInAnyOrder("/of one", "/of two");
    }

    @Test
    void aClockThatIsSetRightByADayLosesNothing() throws Exception {
        TestDevice one = device("one", Duration.ZERO);
        now = NOON.plus(Duration.ofDays(1));
        one.write("/file", "a day ahead");
        one.push();
        now = NOON;
        one.write("/file", "as it should be");
        one.push();
        one.collect();
        TestDevice two = device("two", Duration.ZERO);
        two.pull();
        assertThat(two.read("/file")).isEqualTo("as it should be");
    }
}
