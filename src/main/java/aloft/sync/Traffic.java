package aloft.sync;

import aloft.failure.Failure;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What was asked and what came, and whether the cloud answers. Safe for many threads. */
final class Traffic {

    private final LongAdder bytes = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final AtomicBoolean online = new AtomicBoolean(true);
    private final List<DownloadListener> listeners = new CopyOnWriteArrayList<>();

    void add(DownloadListener listener) {
        listeners.add(listener);
    }

    void requested() {
        requests.increment();
    }

    void received(int length) {
        bytes.add(length);
    }

    /** @param failure of the request, null when it had none */
    void answered(@Nullable Failure failure) {
        boolean now = !(failure instanceof Failure.Unreachable);
        if (online.getAndSet(now) != now) {
            listeners.forEach(listener -> listener.online(now));
        }
    }

    void damaged(Damage damage, Failure why) {
        listeners.forEach(listener -> listener.damaged(damage, why));
    }

    void healed(Damage damage) {
        listeners.forEach(listener -> listener.healed(damage));
    }

    long bytes() {
        return bytes.sum();
    }

    long requests() {
        return requests.sum();
    }

    boolean isOnline() {
        return online.get();
    }
}
