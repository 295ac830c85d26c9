package aloft.state;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A commit of new files into the database. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CommitBenchmark {

    @Param({"1", "1000"})
    private int files;

    private Path folder = Path.of("/");
    @SuppressWarnings("NullAway.Init") // open
    private Database database;
    private long seq;

    @Setup
    public void open() throws Failure, IOException {
        folder = Files.createTempDirectory("aloft-benchmark-");
        database = Database.open(folder, new byte[32]);
    }

    @Benchmark
    public void apply() throws Failure {
        seq++;
        List<Action> actions = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            long id = 10 + seq * files + i;
            actions.add(new Action.PutNode(
                    new NodeRow(1, Name.of("n" + id), id, NodeType.FILE, 5, 1_000, 0644, 1, 22, null,
                            Map.of(), 0, null)));
        }
        database.apply(new Commit(seq, 1, seq * 1_000, 1, Map.of(), actions), new byte[32]);
    }

    @TearDown
    public void close() throws Failure, IOException {
        database.close();
        Database.delete(folder);
        Files.deleteIfExists(folder);
    }
}
