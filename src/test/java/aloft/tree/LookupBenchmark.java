package aloft.tree;

import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A tree of 100,000 files in 1,000 folders. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LookupBenchmark {

    private static final int FOLDERS = 1000;
    private static final int FILES = 100;

    private final Random random = new Random(1);
    private final Namespace names = new Namespace(() -> 1);

    /** Fills it. */
    public LookupBenchmark() {
        List<NodeRow> rows = new ArrayList<>();
        for (int i = 0; i < FOLDERS; i++) {
            long folder = 10L + i;
            rows.add(row(NodeRow.ROOT_ID, "folder" + i, folder, NodeType.FOLDER));
            for (int j = 0; j < FILES; j++) {
                rows.add(row(folder, "file" + j, 10_000 + (long) i * FILES + j, NodeType.FILE));
            }
        }
        names.load(rows);
    }

    private static NodeRow row(long parent, String name, long id, NodeType type) {
        return new NodeRow(parent, Name.of(name), id, type, 0, 1_000, 0644, 1, 22, null, Map.of(), 0, null);
    }

    @Benchmark
    public Drive.Attributes stat() throws FsException {
        return names.find("/folder" + random.nextInt(FOLDERS) + "/file" + random.nextInt(FILES)).attributes();
    }
}
