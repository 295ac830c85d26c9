package aloft.cli.drive;

/** Who waits for a drive to start is told of it. */
public interface Starting {

    /** The vault was made just now; this is the only time that its recovery key is shown. */
    void made(String recoveryKey);

    /** The drive that is ready in a moment takes no changes. */
    default void readOnly(String why) {}

    /** The drive answers. */
    void ready();

    /** The drive begins to end. */
    default void stopping() {}
}
