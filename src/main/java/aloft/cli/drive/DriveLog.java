package aloft.cli.drive;

import aloft.cli.home.PrivateFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.temporal.ChronoUnit;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** The log of a drive: a few files in turn that only their owner may read, one line for each event. */
final class DriveLog {

    private static final int FILES = 5;
    private static final int MAX_BYTES = 2 << 20;

    private DriveLog() {}

    /** The folder of the log of a drive. */
    static Path folder(Path state) {
        return state.resolve("log");
    }

    /** @param shown whether warnings go to standard error too */
    static void open(Path state, boolean shown) throws IOException {
        Path folder = PrivateFiles.makeFolder(folder(state));
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        String pattern = folder.toString().replace("%", "%%") + "/aloft.%g.log";
        var file = new FileHandler(pattern, MAX_BYTES, FILES, true);
        file.setFormatter(new Line(true));
        file.setEncoding("UTF-8");
        root.addHandler(file);
        root.setLevel(Level.INFO);
        hide(folder);
        if (shown) {
            var err = new StreamHandler(System.err, new Line(false)) {
                @Override
                public synchronized void publish(LogRecord event) {
                    super.publish(event);
                    flush();
                }
            };
            err.setLevel(Level.WARNING);
            root.addHandler(err);
        }
    }

    private static void hide(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
        }
    }

    /** Time, level, where, what; in the file a stack trace follows on lines of its own. */
    private static final class Line extends Formatter {
        private final boolean traced;

        Line(boolean traced) {
            this.traced = traced;
        }

        @Override
        public String format(LogRecord event) {
            var text = new StringWriter();
            text.append(event.getInstant().truncatedTo(ChronoUnit.MILLIS).toString())
                    .append(' ')
                    .append(event.getLevel().getName())
                    .append(' ')
                    .append(event.getLoggerName())
                    .append(": ")
                    .append(formatMessage(event).replace('\n', ' '))
                    .append('\n');
            Throwable thrown = event.getThrown();
            if (thrown != null && traced) {
                thrown.printStackTrace(new PrintWriter(text, true));
            }
            return text.toString();
        }
    }
}
