package aloft.mount;

import aloft.tree.Drive.Access;
import aloft.tree.Drive.Attributes;

/** Mode and flag bits of Linux. */
final class Modes {

    static final int PERMISSIONS = 07777;
    static final int TYPE = 0170000;
    static final int FILE = 0100000;
    static final int FOLDER = 0040000;
    static final int LINK = 0120000;

    static final int O_ACCMODE = 3;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_EXCL = 0200;
    static final int O_TRUNC = 01000;
    static final int O_APPEND = 02000;

    private Modes() {}

    static int of(Attributes attributes) {
        return attributes.mode() | switch (attributes.type()) {
            case FILE -> FILE;
            case FOLDER -> FOLDER;
            case LINK -> LINK;
        };
    }

    /** What open(2) asks for. */
    static Access access(int flags) {
        return switch (flags & O_ACCMODE) {
            case 0 -> Access.READ;
            case O_WRONLY -> Access.WRITE;
            default -> Access.READ_WRITE;
        };
    }
}
