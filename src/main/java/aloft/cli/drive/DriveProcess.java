package aloft.cli.drive;

import aloft.cli.control.Outcome;
import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.Posix;
import java.security.SecureRandom;

/** This process becomes a drive. */
public final class DriveProcess {

    private static final System.Logger LOG = System.getLogger(DriveProcess.class.getName());

    private DriveProcess() {}

    /**
     * Returns when the drive is unmounted.
     *
     * @param starting  is told how it goes
     * @param foreground whether warnings go to standard error too
     */
    public static void run(DriveSpec spec, Folders folders, Starting starting, boolean foreground)
            throws Exception {
        Posix.makeFilesPrivate();
        Posix.leaveNoCore();
        KnownDrive drive = spec.drive();
        DriveLog.open(drive.state(folders), foreground);
        try {
            new DriveRun(drive, folders, starting)
                    .run(() -> Assembly.start(spec, folders, new SecureRandom(), starting));
        } catch (Exception e) {
            Outcome outcome = Outcome.of(e);
            LOG.log(outcome.expected() ? System.Logger.Level.INFO : System.Logger.Level.ERROR,
                    "the drive ended: " + outcome.sentence(), e);
            throw e;
        }
    }
}
