package aloft.cli.drive;

import java.util.logging.LogManager;

/**
 * Logs until the very end. The usual manager takes its handlers away as soon as the JVM is told to end, which
 * is when a drive has most to say.
 */
public final class LastingLogs extends LogManager {

    /** Has to be called before anything logs. */
    public static void install() {
        System.setProperty("java.util.logging.manager", LastingLogs.class.getName());
    }

    @Override
    public void reset() {
        // see above: the handlers stay, and write each line at once
    }
}
