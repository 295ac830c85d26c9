package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.failure.Failure;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Looks at an object all the time while somebody writes it. */
final class Watching {

    private static final int LIMIT = 1 << 24;

    private Watching() {}

    /** What writes. */
    @FunctionalInterface
    interface Writing {
        void run() throws Exception;
    }

    /** While it is being written, the object is missing or one of these. */
    static void shows(Store store, String key, List<byte[]> bodies, Writing writing) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> running = threads.submit(() -> {
                writing.run();
                return null;
            });
            while (!running.isDone()) {
                try {
                    assertThat(store.get(key, LIMIT).bytes()).isIn(bodies);
                } catch (Failure.Missing e) {
                    // not yet, or not just now
                }
            }
            running.get();
        }
        assertThat(store.get(key, LIMIT).bytes()).isIn(bodies);
    }
}
