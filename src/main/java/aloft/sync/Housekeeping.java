package aloft.sync;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Lets the collector look every hour whether its time has come, beginning some minutes after the start. */
public final class Housekeeping implements Closeable {

    private static final System.Logger LOG = System.getLogger(Housekeeping.class.getName());
    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration EVERY = Duration.ofHours(1);

    private final Collector collector;
    private final RandomGenerator random;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("collect").unstarted(task));

    /** @param random so that devices do not begin at the same moment */
    public Housekeeping(Collector collector, RandomGenerator random) {
        this.collector = collector;
        this.random = random;
    }

    public void start() {
        var _ = thread.scheduleWithFixedDelay(this::run, FIRST.toMillis() + random.nextLong(FIRST.toMillis()),
                EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void run() {
        try {
            collector.runWhenDue();
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.INFO, "What the cloud does not need any more stays for now: {0}", e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            var _ = thread.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
