package aloft.failure;

import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** What another thread was asked for, with the failure that it met. */
public final class Awaited {

    private Awaited() {}

    /**
     * Waits for the result.
     *
     * @param what is going on, for the message to who is interrupted: "reading the log"
     * @throws IllegalStateException for anything that is no failure of the store, the disk or the cloud
     */
    public static <T> T result(Future<T> asked, String what) throws Failure, InterruptedIOException {
        try {
            return asked.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + what);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Failure failure -> throw failure;
                case InterruptedIOException interrupted -> throw interrupted;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
