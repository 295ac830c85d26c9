package aloft.cli.home;

/** How a command ends; the numbers are documented and never change. */
public enum Exit {
    DONE(0),
    OTHER(1),
    USAGE(2),
    FOLDER_MISSING(3),
    FILE_MISSING(4),
    TEMPORARY(5),
    NOT_WORTH_A_RETRY(6),
    FATAL(7),
    MOUNT_POINT_NOT_EMPTY(10),
    WRONG_PASSPHRASE(12),
    DAMAGE_FOUND(26);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The one with the number; OTHER when there is none. */
    public static Exit of(int code) {
        for (Exit exit : values()) {
            if (exit.code == code) {
                return exit;
            }
        }
        return OTHER;
    }
}
