package aloft.tree;

import org.jspecify.annotations.Nullable;

/** A file system call that cannot be done, by the reason that POSIX has a name for. */
public final class FsException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** @param message one sentence for the log */
    public FsException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public FsException(Reason reason, String message) {
        this(reason, message, null);
    }

    public Reason reason() {
        return reason;
    }

    /** What the kernel is told; the mount layer turns it into an errno. */
    public enum Reason {
        NOT_FOUND,
        EXISTS,
        NOT_A_FOLDER,
        IS_A_FOLDER,
        NOT_EMPTY,
        INVALID,
        /** It is of another kind by now than the kernel takes it for, which looks again then. */
        STALE,
        NAME_TOO_LONG,
        NOT_PERMITTED,
        ACCESS_DENIED,
        READ_ONLY,
        NO_SPACE,
        TOO_LARGE,
        IO,
        NO_XATTR,
        XATTR_TOO_LARGE,
        NOT_SUPPORTED,
        BAD_HANDLE,
        BUSY,
        INTERRUPTED,
        TIMED_OUT
    }
}
