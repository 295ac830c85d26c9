package aloft.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Random runs, each from a seed of its own; what a failure says repeats it. How many and from which seed:
 * {@code -Daloft.model.sequences}, {@code -Daloft.model.seed}.
 */
final class Sequences {

    /** Steps of a run. */
    static final int STEPS = Integer.getInteger("aloft.model.steps", 100);
    private static final System.Logger LOG = System.getLogger(Sequences.class.getName());
    private static final int TOLD = 100;

    private Sequences() {}

    /** One run, in a folder that is not there yet. */
    @FunctionalInterface
    interface Run {
        void run(long seed, Path folder) throws Exception;
    }

    /**
     * @param folder is as empty after each run as before
     * @param usual  how many, unless told
     */
    static void run(Path folder, int usual, Run run) throws IOException {
        long first = Long.getLong("aloft.model.seed", System.nanoTime());
        int count = Integer.getInteger("aloft.model.sequences", usual);
        for (long seed = first; seed < first + count; seed++) {
            Path own = folder.resolve(Long.toString(seed));
            try {
                run.run(seed, own);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("-Daloft.model.seed=" + seed + " -Daloft.model.sequences=1", e);
            }
            delete(own);
            long done = seed - first + 1;
            if (done % TOLD == 0) {
                LOG.log(System.Logger.Level.INFO, "{0} of {1} sequences", done, count);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
