package aloft.cli;

import aloft.cli.control.Outcome;
import aloft.cli.home.PrivateFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/** What commands ended with when it was not well: a line for each, and the stack traces that have no place on a terminal. */
final class CommandLog {

    private static final long MAX_BYTES = 1 << 20;

    private final Path file;

    private CommandLog(Path file) {
        this.file = file;
    }

    static CommandLog of(App app) {
        return new CommandLog(app.folders().state().resolve("commands.log"));
    }

    /** @param command as the user typed it, without what came behind it */
    void add(String command, Throwable thrown) {
        Outcome outcome = Outcome.of(thrown);
        var text = new StringWriter();
        text.append(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + command + ", exit code "
                + outcome.exit().code() + ": " + outcome.sentence() + "\n");
        if (!outcome.expected()) {
            thrown.printStackTrace(new PrintWriter(text, true));
        }
        try {
            add(text.toString());
        } catch (IOException e) {
            thrown.addSuppressed(e); // the user gets the sentence in any case
        }
    }

    private void add(String text) throws IOException {
        PrivateFiles.makeFolder(PrivateFiles.folderOf(file));
        if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        try (var out = Files.newByteChannel(file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            out.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
