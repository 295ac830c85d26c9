package aloft.desktop.hydration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SecondTriesTest {

    private final AtomicLong nanos = new AtomicLong();
    private final SecondTries tries = new SecondTries(nanos::get);

    @Test
    void theParentsNextOpenOfThatFileIsOneAndTheOneAfterIsNot() {
        tries.expect(7, "/a");
        assertThat(tries.take(7, "/b")).isFalse();
        assertThat(tries.take(8, "/a")).isFalse();
        assertThat(tries.take(7, "/a")).isTrue();
        assertThat(tries.take(7, "/a")).isFalse();
    }

    @Test
    void whatComesLaterIsNone() {
        tries.expect(7, "/a");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(5));
        assertThat(tries.take(7, "/a")).isFalse();
    }
}
