package aloft.store;

import aloft.failure.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Writers with a store each, as if each were a device. */
final class Race implements AutoCloseable {

    private static final int WRITERS = 16;

    private final List<Store> stores = new ArrayList<>();

    Race(Callable<Store> opener) throws Exception {
        for (int i = 0; i < WRITERS; i++) {
            stores.add(opener.call());
        }
    }

    List<Boolean> run(Attempt attempt) throws Exception {
        var start = new CyclicBarrier(WRITERS);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                running.add(threads.submit(() -> {
                    start.await();
                    return attempt.by(stores.get(writer), writer);
                }));
            }
            var won = new ArrayList<Boolean>();
            for (Future<Boolean> one : running) {
                won.add(one.get());
            }
            return won;
        }
    }

    /** Where the outcome is unknown the caller reads back, as {@link Store} says. */
    static boolean settled(Store store, String key, byte[] mine, Callable<Boolean> attempt) throws Exception {
        try {
            return attempt.call();
        } catch (Failure.Unreachable e) {
            return Arrays.equals(store.get(key, 1 << 20).bytes(), mine);
        }
    }

    @Override
    public void close() {
        stores.forEach(Store::close);
    }

    interface Attempt {
        boolean by(Store store, int writer) throws Exception;
    }
}
