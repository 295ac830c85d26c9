package aloft.vault;

import aloft.failure.Failure;
import com.google.crypto.tink.subtle.StreamSegmentDecrypter;
import java.security.GeneralSecurityException;
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

/** The cipher of blocks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SegmentBenchmark {

    private final byte[] key = new byte[Derive.KEY_BYTES];
    private final byte[] plain = new byte[4 << 20];
    private final byte[] small = new byte[4096];
    private final byte[] to = new byte[Segments.SIZE];
    private byte[] block = {};

    @Setup
    public void seal() {
        block = StreamCipher.seal(key, key, plain);
    }

    @Benchmark
    public byte[] sealBlockOf4MiB() {
        return StreamCipher.seal(key, key, plain);
    }

    @Benchmark
    public int openSegmentOf64KiB() throws GeneralSecurityException {
        StreamSegmentDecrypter decrypter = StreamCipher.decrypter(key, key, block, 0);
        return StreamCipher.openSegment(decrypter, 1, block, Segments.cipherStart(1), block.length, to, 0);
    }

    @Benchmark
    public byte[] sealAndOpen4KiB() throws Failure.Damaged {
        byte[] sealed = StreamCipher.seal(key, key, small);
        return StreamCipher.open(key, key, sealed, 0, sealed.length, "a small file");
    }
}
