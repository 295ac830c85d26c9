package aloft.mount;

import aloft.tree.FsException;

/** The numbers of Linux for what can go wrong, as callbacks answer them: negative. */
final class Errno {

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int E2BIG = 7;
    static final int EBADF = 9;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int ERANGE = 34;
    static final int ENAMETOOLONG = 36;
    static final int ENOTEMPTY = 39;
    static final int ENODATA = 61;
    static final int EOPNOTSUPP = 95;
    static final int ETIMEDOUT = 110;
    static final int ESTALE = 116;

    private Errno() {}

    static int of(FsException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> ENOENT;
            case EXISTS -> EEXIST;
            case NOT_A_FOLDER -> ENOTDIR;
            case IS_A_FOLDER -> EISDIR;
            case NOT_EMPTY -> ENOTEMPTY;
            case INVALID -> EINVAL;
            case STALE -> ESTALE;
            case NAME_TOO_LONG -> ENAMETOOLONG;
            case NOT_PERMITTED -> EPERM;
            case ACCESS_DENIED -> EACCES;
            case READ_ONLY -> EROFS;
            case NO_SPACE -> ENOSPC;
            case TOO_LARGE -> EFBIG;
            case IO -> EIO;
            case NO_XATTR -> ENODATA;
            case XATTR_TOO_LARGE -> E2BIG;
            case NOT_SUPPORTED -> EOPNOTSUPP;
            case BAD_HANDLE -> EBADF;
            case BUSY -> EBUSY;
            case INTERRUPTED -> EINTR;
            case TIMED_OUT -> ETIMEDOUT;
        };
    }
}
