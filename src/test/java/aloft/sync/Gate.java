package aloft.sync;

import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;

/** Stops threads until it is opened, and tells when one has come. */
final class Gate {

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch broken = new CountDownLatch(1);

    void pass() throws InterruptedIOException {
        reached.countDown();
        try {
            open.await();
        } catch (InterruptedException e) {
            broken.countDown();
            throw new InterruptedIOException("interrupted");
        }
    }

    void awaitReached() throws InterruptedException {
        reached.await();
    }

    /** Returns when somebody who stood here was interrupted. */
    void awaitBroken() throws InterruptedException {
        broken.await();
    }

    void open() {
        open.countDown();
    }
}
