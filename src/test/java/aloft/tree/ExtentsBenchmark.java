package aloft.tree;

import aloft.tree.Extents.Extent;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A database file of 1 GiB, of which 10,000 pages were written. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ExtentsBenchmark {

    private static final int PAGE = 4096;
    private static final int PAGES = 1 << 18;

    private final Random random = new Random(1);
    private final Extents extents = new Extents();
    private long ref;

    @Setup
    public void fill() {
        for (int i = 0; i < 10_000; i++) {
            put();
        }
    }

    /** Grows by what it takes in, as a file does that is written to. */
    @Benchmark
    public void put() {
        extents.put(new Extent((long) random.nextInt(PAGES) * PAGE, PAGE, ref++, 0, false));
    }

    @Benchmark
    public List<Extent> find128KiB() {
        long from = (long) random.nextInt(PAGES) * PAGE;
        return extents.in(from, from + 32 * PAGE);
    }
}
