package aloft.desktop.hydration;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The user's own rules, read anew soon after the file has changed. Safe for many threads.
 */
final class RuleFile {

    private static final System.Logger LOG = System.getLogger(RuleFile.class.getName());
    private static final int MOST_BYTES = 1 << 20;
    private static final long LOOK_EVERY = TimeUnit.SECONDS.toNanos(1);
    private static final String HEAD = """
            # What programs get that open files of a drive which are not on this device:
            # PROGRAM = allow, browse, watch, ask or cached-only. The first line that fits counts.
            """;

    private final Path file;
    private final LongSupplier ticker;
    @GuardedBy("this")
    private Rules rules = Rules.parse("", "").rules();
    @GuardedBy("this")
    private List<String> complaints = List.of();
    @GuardedBy("this")
    private FileTime seen = FileTime.fromMillis(0);
    @GuardedBy("this")
    private long looked;

    /** @param ticker nanoseconds, monotonic */
    RuleFile(Path file, LongSupplier ticker) {
        this.file = file;
        this.ticker = ticker;
        this.looked = ticker.getAsLong() - LOOK_EVERY;
    }

    synchronized Rules rules() {
        long now = ticker.getAsLong();
        if (now - looked >= LOOK_EVERY) {
            looked = now;
            look();
        }
        return rules;
    }

    String shown() {
        return file.toString();
    }

    /** One sentence for each line that is not understood. */
    synchronized List<String> complaints() {
        var _ = rules();
        return complaints;
    }

    @GuardedBy("this")
    private void look() {
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            if (!changed.equals(seen)) {
                seen = changed;
                take(read());
            }
        } catch (NoSuchFileException e) {
            seen = FileTime.fromMillis(0);
            take("");
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} cannot be read: {1}", file, e.getMessage());
        }
    }

    private String read() throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("it is larger than 1 MiB");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    @GuardedBy("this")
    private void take(String text) {
        Rules.Parsed parsed = Rules.parse(text, file.toString());
        rules = parsed.rules();
        complaints = parsed.complaints();
        complaints.forEach(complaint -> LOG.log(System.Logger.Level.WARNING, complaint));
    }

    /** Puts a line before all others. */
    synchronized void add(String program, Treatment treatment) throws IOException {
        String before = Files.exists(file) ? read() : HEAD;
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        Path fresh = target.resolveSibling("." + target.getFileName() + ".new");
        Files.writeString(fresh, program + " = " + treatment.word() + "\n" + before,
                StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        looked = ticker.getAsLong() - LOOK_EVERY;
    }
}
