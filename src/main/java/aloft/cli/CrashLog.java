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
import java.util.Set;

/** Stack traces of commands, which have no place on a terminal. */
final class CrashLog {

    private static final long MAX_BYTES = 1 << 20;

    private final Path file;

    private CrashLog(Path file) {
        this.file = file;
    }

    static CrashLog of(App app) {
        return new CrashLog(app.folders().state().resolve("commands.log"));
    }

    void addIfUnexpected(Throwable thrown) {
        if (Outcome.of(thrown).expected()) {
            return;
        }
        var trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        try {
            add(Instant.now() + " " + trace);
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
