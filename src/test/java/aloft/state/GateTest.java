package aloft.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who may use the database while one thread fills it. */
class GateTest {

    private final Gate gate = new Gate(Duration.ZERO);

    /** A drive that reads a million rows is not offline for that. */
    @Test
    void whoWaitsTooLongIsToldThatItIsBusy() {
        gate.reserveFor(new Thread());
        assertThatThrownBy(gate::pass).isInstanceOf(Failure.Busy.class);
    }

    @Test
    void whoHasItPasses() throws Exception {
        gate.reserveFor(Thread.currentThread());
        gate.pass();
        assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void whatItWasReleasedWithIsToldToAll() {
        gate.reserveFor(new Thread());
        gate.release(new Failure.Damaged("broken", null));
        assertThatThrownBy(gate::pass).isInstanceOf(Failure.Damaged.class);
    }
}
