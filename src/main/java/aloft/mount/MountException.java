package aloft.mount;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A drive cannot be mounted or unmounted. The message is one sentence for the user. */
public final class MountException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    MountException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    MountException(Reason reason, String message) {
        this(reason, message, null);
    }

    public Reason reason() {
        return reason;
    }

    public enum Reason {
        /** The folder is not there, or it is no folder. */
        NO_FOLDER,
        /** There is something in the folder. */
        NOT_EMPTY,
        /** A drive that answers is mounted there. */
        ALREADY_MOUNTED,
        /** This system has no /dev/fuse, or it cannot be opened. */
        NO_FUSE_DEVICE,
        /** fusermount3 or fusermount is not installed, and the user is not root. */
        NO_FUSERMOUNT,
        /** No FUSE library can be loaded. */
        NO_LIBRARY,
        /** The system does not let this user mount there, or not with these options. */
        NOT_PERMITTED,
        /** Some program uses the drive: unmount lazily, or end the program. */
        BUSY,
        /** Anything else. */
        FAILED
    }
}
