package aloft.cli.drive;

import java.util.logging.LogManager;

/**
 * Logs until the very end. The usual manager takes its handlers away as soon as the JVM is told to end, which
 * is when a drive has most to say. To be named in the property {@code java.util.logging.manager} before
 * anything logs, and before this class is touched.
 */
public final class LastingLogs extends LogManager {

    @Override
    public void reset() {
        // see above: the handlers stay, and write each line at once
    }
}
