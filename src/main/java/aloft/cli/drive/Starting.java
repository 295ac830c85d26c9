package aloft.cli.drive;

/** Who waits for a drive to start is told of it. */
public interface Starting {

    /** The vault was made just now; this is the only time that its recovery key is shown. */
    void made(String recoveryKey);

    /** The drive answers. */
    void ready();

    /** The drive begins to end. */
    default void stopping() {}
}
