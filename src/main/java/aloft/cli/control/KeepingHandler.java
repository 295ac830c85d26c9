package aloft.cli.control;

import aloft.tree.Keeping;
import aloft.tree.Keeping.DriveStatus;
import java.time.Duration;

/** Requests as calls of the drive. */
public final class KeepingHandler implements ControlServer.Handler {

    private static final Duration BREATH = Duration.ofSeconds(10);

    private final Keeping keeping;
    private final Unmounting unmounting;

    /** Ends the drive. */
    @FunctionalInterface
    public interface Unmounting {
        /**
         * Returns when the drive is unmounted and everything is closed.
         *
         * @param now without waiting for uploads
         */
        void unmount(boolean now, Keeping.Progress progress) throws Exception;
    }

    public KeepingHandler(Keeping keeping, Unmounting unmounting) {
        this.keeping = keeping;
        this.unmounting = unmounting;
    }

    @Override
    public void handle(Request request, Answers answers) throws Exception {
        switch (request) {
            case Request.Status() -> answers.status(keeping.status());
            case Request.Watch() -> watch(answers);
            case Request.PathStatus(String path) -> answers.entry(keeping.status(path));
            case Request.ListFolder(String path) -> keeping.list(path).forEach(answers::entry);
            case Request.Pin(String path) -> keeping.pin(path);
            case Request.AwaitPinned(String path) -> keeping.awaitPinned(path, answers);
            case Request.Unpin(String path) -> keeping.unpin(path);
            case Request.Free(String path) -> answers.freed(keeping.free(path));
            case Request.AwaitUploaded(String path) -> keeping.awaitUploaded(path, answers);
            case Request.Verify(boolean repair) -> keeping.verify(repair, answers).forEach(answers::fault);
            case Request.Unmount(boolean now) -> unmounting.unmount(now, answers);
        }
    }

    private void watch(Answers answers) throws InterruptedException {
        while (!Thread.currentThread().isInterrupted()) {
            DriveStatus status = keeping.status();
            answers.status(status);
            keeping.awaitChange(status, BREATH);
        }
    }
}
