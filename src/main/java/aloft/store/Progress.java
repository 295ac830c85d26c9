package aloft.store;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Request;

/** Whether a request has got a connection yet. */
final class Progress extends EventListener {

    private final CountDownLatch connectedOrEnded = new CountDownLatch(1);
    private volatile boolean connected;

    static EventListener of(Request request) {
        Progress progress = request.tag(Progress.class);
        return progress == null ? EventListener.NONE : progress;
    }

    @Override
    public void connectionAcquired(Call call, Connection connection) {
        connected = true;
        connectedOrEnded.countDown();
    }

    void ended() {
        connectedOrEnded.countDown();
    }

    boolean isConnected() {
        return connected;
    }

    /** @return false when the time passed without a connection or another end */
    boolean connectedWithin(Duration time) throws InterruptedException {
        return connectedOrEnded.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
