package aloft.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A slice of scripts/fuzz: only kinds of failure come out, in bounded memory and time. */
class FuzzTest {

    private static final int MUTANTS = Integer.getInteger("aloft.fuzz.mutants", 1_500);
    /** Of one input; the largest that may be read are some tens of MiB. */
    private static final long MOST_BYTES = 256L << 20;

    private final long seed = Long.getLong("aloft.fuzz.seed", System.nanoTime());
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Stream<String> names() {
        return Targets.all().stream().map(Target::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void onlyFailuresComeOut(String name) throws Exception {
        Target target = Targets.of(name);
        List<byte[]> seeds = target.seeds();
        for (byte[] good : seeds) {
            assertThat(target.feed(good)).as("a good one").isTrue();
        }
        var mutator = new Mutator(seed);
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutator.mutate(seeds.get(i % seeds.size()));
            refused += feed(target, mutant, i) ? 0 : 1;
        }
        assertThat(refused > 0).isEqualTo(!target.allowed().isEmpty());
    }

    private boolean feed(Target target, byte[] mutant, int number) {
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            boolean understood = target.feed(mutant);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
            return understood;
        } catch (Exception | Error e) {
            return fail("seed " + seed + ", mutant " + number + ": " + HexFormat.of().formatHex(mutant), e);
        }
    }
}
