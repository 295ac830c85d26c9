package aloft.state;

import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** Measures the journal and the database in a folder given as the argument, and prints the figures. */
final class Figures {

    private static final byte[] KEY = new byte[32];
    private static final byte[] HASH = new byte[32];
    private static final Random RANDOM = new Random(1);

    private final Path folder;

    private Figures(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        var figures = new Figures(Files.createTempDirectory(Path.of(arguments[0]), "figures"));
        String what = arguments.length > 1 ? arguments[1] : "all";
        if (!what.equals("database")) {
            figures.journal();
        }
        if (!what.equals("journal")) {
            figures.database();
        }
    }

    /** What is measured. */
    private interface Work {
        void run() throws Exception;
    }

    /** Also prints what the processors had to do, which counts on a machine that is busy with other things. */
    private static double seconds(Work work) throws Exception {
        var threads = ManagementFactory.getThreadMXBean();
        long start = System.nanoTime();
        long cpu = threads.getCurrentThreadCpuTime();
        work.run();
        double used = (threads.getCurrentThreadCpuTime() - cpu) / 1e9;
        double time = (System.nanoTime() - start) / 1e9;
        System.out.printf("%9.3f s of this thread in %9.3f s   ", used, time);
        return time;
    }

    private static void print(String what, double value, String unit) {
        System.out.printf("%-58s %,14.1f %s%n", what, value, unit);
    }

    private Journal openJournal() throws IOException {
        return Journal.open(folder, KEY, new SecureRandom(), (ref, head, body) -> {});
    }

    private void journal() throws Exception {
        try (Journal journal = openJournal()) {
            for (int round = 0; round < 3; round++) {
                bodies(journal, 128 << 10, 4_000);
                bodies(journal, 1 << 20, 500);
                bodies(journal, 4 << 10, 20_000);
                heads(journal);
                syncs(journal, 1);
                syncs(journal, 16);
            }
            reads(journal);
        }
        System.gc();
        try (Journal journal = openJournal()) {
            for (int i = 0; i < 1_000_000; i++) {
                journal.append(new byte[120]);
            }
            bodies(journal, 128 << 10, 4_000);
        }
        print("open: 1,000,000 heads and 500 MiB of durable bodies",
                seconds(() -> openJournal().close()), "s");
    }

    private static void bodies(Journal journal, int length, int count) throws Exception {
        byte[] body = new byte[length];
        RANDOM.nextBytes(body);
        byte[] head = new byte[40];
        double time = seconds(() -> {
            for (int i = 0; i < count; i++) {
                journal.append(head, body, 0, length);
            }
        });
        print("append bodies of " + (length >> 10) + " KiB", (double) length * count / time / 1e6, "MB/s");
        journal.forgetBefore(journal.end());
    }

    private static void heads(Journal journal) throws Exception {
        byte[] head = new byte[120];
        int count = 300_000;
        double time = seconds(() -> {
            for (int i = 0; i < count; i++) {
                journal.append(head);
            }
        });
        print("append heads of 120 bytes", count / time, "/s");
        journal.forgetBefore(journal.end());
    }

    private static void syncs(Journal journal, int threads) throws Exception {
        int each = 200;
        double time = seconds(() -> {
            try (var executor = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
                Callable<Boolean> work = () -> {
                    for (int i = 0; i < each; i++) {
                        journal.append(new byte[200]);
                        journal.sync();
                    }
                    return true;
                };
                for (var done : executor.invokeAll(Collections.nCopies(threads, work))) {
                    done.get();
                }
            }
        });
        print("append + sync, threads: " + threads, threads * each / time, "/s");
    }

    private static void reads(Journal journal) throws Exception {
        byte[] body = new byte[1 << 20];
        long ref = journal.append(new byte[40], body, 0, body.length);
        byte[] to = new byte[4096];
        for (int round = 0; round < 2; round++) {
            double time = seconds(() -> {
                for (int i = 0; i < 20_000; i++) {
                    journal.read(ref, RANDOM.nextInt(body.length - to.length), to, 0, to.length);
                }
            });
            print("read 4 KiB of a body of 1 MiB", time / 20_000 * 1e6, "µs");
        }
        double time = seconds(() -> {
            for (int i = 0; i < 500; i++) {
                journal.read(ref, 0, body, 0, body.length);
            }
        });
        print("read a body of 1 MiB whole", 500.0 * body.length / time / 1e6, "MB/s");
    }

    private static NodeRow node(long i) {
        return new NodeRow(1 + i / 200, Name.of("a file with a usual name " + i + ".txt"),
                1_000_000 + i * 7919 % 10_000_000,
                NodeType.FILE, 100_000, 1_700_000_000_000_000_000L + i, 0644, 1, 22, null, Map.of(), 1, null);
    }

    @SuppressWarnings("NullAway")
    private static BlockRow block(long file, long index) {
        return new BlockRow(file, index, new ObjectId(RANDOM.nextLong(), RANDOM.nextLong()), 0, 100_000, 1,
                null,
                null);
    }

    private void database() throws Exception {
        try (Database database = Database.open(folder, KEY)) {
            for (int rows : new int[]{200_000, 200_000, 1_000_000}) {
                print("load rows: " + rows, seconds(() -> load(database, rows)), "s");
            }
            print("file size, bytes per row", (double) Files.size(folder.resolve("aloft.mv.db")) / 1_000_000,
                    "");
            print("load rows: 200000", seconds(() -> load(database, 200_000)), "s");
            scans(database);
            commits(database);
            blocks(database);
            print("close", seconds(database::close), "s");
        }
        print("open after close", seconds(() -> Database.open(folder, KEY).close()), "s");
        try (Database database = Database.open(folder, KEY)) {
            scans(database);
        }
        growth();
    }

    private static void load(Database database, int rows) throws Exception {
        try (Load load = database.load()) {
            for (int i = 0; i < rows / 2; i++) {
                load.node(node(i));
            }
            for (int i = 0; i < rows / 2; i++) {
                load.block(block(i, 0));
            }
            load.finish(new Database.Head(1, HASH));
        }
    }

    private static void scans(Database database) throws Exception {
        for (int i = 0; i < 3; i++) {
            var count = new int[1];
            print("nodes(): 100,000 rows", seconds(() -> database.nodes(row -> count[0]++)), "s");
        }
        try (Snapshot snapshot = database.snapshot()) {
            print("snapshot: 100,000 nodes sorted", seconds(() -> snapshot.nodes(row -> {})), "s");
            print("snapshot: 100,000 blocks sorted", seconds(() -> snapshot.blocks(row -> {})), "s");
        }
    }

    private static void commits(Database database) throws Exception {
        for (int round = 0; round < 4; round++) {
            long seq = database.head().seq() + 1;
            List<Action> actions = new ArrayList<>();
            for (int i = 0; i < 2_500; i++) {
                NodeRow row = node(RANDOM.nextInt(100_000));
                actions.add(new Action.PutNode(row));
                actions.add(new Action.PutBlock(block(row.id(), 0)));
            }
            var commit = new Commit(seq, 1, seq, 1, Map.of(), actions);
            print("apply 5,000 actions that replace rows", seconds(() -> database.apply(commit, HASH)), "s");
        }
        double time = seconds(() -> {
            for (int i = 0; i < 500; i++) {
                small(database);
            }
        });
        print("apply 2 actions", time / 500 * 1e6, "µs");
    }

    private static void small(Database database) throws Exception {
        long seq = database.head().seq() + 1;
        NodeRow row = node(RANDOM.nextInt(100_000));
        database.apply(new Commit(seq, 1, seq, 1, Map.of(),
                List.of(new Action.PutNode(row), new Action.PutBlock(block(row.id(), 0)))), HASH);
    }

    private static void blocks(Database database) throws Exception {
        for (int round = 0; round < 3; round++) {
            double time = seconds(() -> {
                for (int i = 0; i < 20_000; i++) {
                    database.blocks(RANDOM.nextInt(100_000));
                }
            });
            print("blocks(file)", time / 20_000 * 1e6, "µs");
        }
        double time = seconds(() -> {
            for (int i = 0; i < 20_000; i++) {
                database.node(1 + RANDOM.nextInt(500), Name.of("x"));
            }
        });
        print("node(parent, name)", time / 20_000 * 1e6, "µs");
    }

    /** How the file grows under many small commits. */
    private void growth() throws Exception {
        try (Database database = Database.open(folder, KEY)) {
            for (int round = 0; round < 5; round++) {
                double time = seconds(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        small(database);
                    }
                });
                print("2,000 small commits: each", time / 2_000 * 1e6, "µs");
                print("file size", Files.size(folder.resolve("aloft.mv.db")) / 1e6, "MB");
            }
            print("close", seconds(database::close), "s");
            print("file size", Files.size(folder.resolve("aloft.mv.db")) / 1e6, "MB");
        }
    }
}
