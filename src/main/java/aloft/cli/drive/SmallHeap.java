package aloft.cli.drive;

import java.io.Closeable;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.management.ListenerNotFoundException;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;

/**
 * Keeps the heap near what is needed. The limit is high enough for a million files that wait to go up; left to
 * itself the JVM would fill it with what nobody needs before it looks.
 */
final class SmallHeap implements Closeable {

    private static final System.Logger LOG = System.getLogger(SmallHeap.class.getName());
    private static final long AT_ONCE = 160L << 20;
    /** Starting is over by then. */
    private static final int FIRST_SECONDS = 10;
    private static final int LOOK_SECONDS = 60;
    private static final long WORTH_IT = 32L << 20;

    private final ScheduledExecutorService thread = Executors
            .newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().daemon().name("heap").unstarted(task));
    private final NotificationListener listener = (notification, _) -> {
        if (notification.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED)) {
            thread.execute(this::tidy);
        }
    };

    private long kept;

    private SmallHeap() {}

    static SmallHeap keep() {
        var heap = new SmallHeap();
        ((NotificationEmitter) ManagementFactory.getMemoryMXBean())
                .addNotificationListener(heap.listener, null, null);
        heap.lookAgainAt(0);
        var _ = heap.thread.schedule(heap::begin, FIRST_SECONDS, TimeUnit.SECONDS);
        return heap;
    }

    private void begin() {
        tidy();
        var _ = thread.scheduleWithFixedDelay(this::tidyWhenWorthIt, LOOK_SECONDS, LOOK_SECONDS,
                TimeUnit.SECONDS);
    }

    /** What a burst took goes back to the system also when nothing follows on it. */
    private void tidyWhenWorthIt() {
        if (used() - kept > WORTH_IT) {
            tidy();
        }
    }

    private static long used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Drops what is not needed, and looks again when that much and half as much more are there. */
    private void tidy() {
        System.gc();
        kept = used();
        lookAgainAt(kept + kept / 2);
    }

    private void lookAgainAt(long bytes) {
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP && pool.isUsageThresholdSupported()) {
                pool.setUsageThreshold(Math.min(pool.getUsage().getMax(), Math.max(AT_ONCE, bytes)));
            }
        }
    }

    @Override
    public void close() {
        try {
            ((NotificationEmitter) ManagementFactory.getMemoryMXBean()).removeNotificationListener(listener);
        } catch (ListenerNotFoundException e) {
            LOG.log(System.Logger.Level.DEBUG, "ended before it began");
        }
        thread.shutdownNow();
    }
}
