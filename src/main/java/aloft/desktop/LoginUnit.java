package aloft.desktop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Drives that the user's systemd mounts at login: a template unit, and for each drive a link that enables it
 * (systemd.unit(5)). Not thread safe.
 */
public final class LoginUnit {

    private static final System.Logger LOG = System.getLogger(LoginUnit.class.getName());
    private static final String TEMPLATE = "aloft@.service";
    private static final long PATIENCE_SECONDS = 10;

    private final Path units;
    private final Path wanted;

    /** @param config XDG_CONFIG_HOME */
    public LoginUnit(Path config) {
        units = config.resolve("systemd/user");
        wanted = units.resolve("default.target.wants");
    }

    /**
     * From the next login on.
     *
     * @param command the file of the program
     * @return the unit's name
     */
    public String enable(Path command, String drive) throws IOException {
        Files.createDirectories(wanted);
        Path template = units.resolve(TEMPLATE);
        Path fresh = units.resolve("." + TEMPLATE + ".new");
        Files.writeString(fresh, template().replace("@COMMAND@", quoted(command.toString())));
        Files.move(fresh, template, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path link = wanted.resolve(unit(drive));
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, template);
        reload();
        return unit(drive);
    }

    /**
     * Not any more; a drive that is mounted stays so.
     *
     * @return whether it was
     */
    public boolean disable(String drive) throws IOException {
        boolean was = Files.deleteIfExists(wanted.resolve(unit(drive)));
        if (was && isUnused()) {
            Files.deleteIfExists(units.resolve(TEMPLATE));
            removeIfEmpty(wanted);
            removeIfEmpty(units);
            removeIfEmpty(Objects.requireNonNull(units.getParent()));
        }
        reload();
        return was;
    }

    private boolean isUnused() throws IOException {
        try (var links = Files.newDirectoryStream(wanted, "aloft@*.service")) {
            return !links.iterator().hasNext();
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    private static void removeIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // other units
        }
    }

    /** The user's manager, where one runs, reads units anew; one that starts later does so anyway. */
    private static void reload() {
        try {
            Process process = new ProcessBuilder(List.of("systemctl", "--user", "daemon-reload"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroy();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "no systemd", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String template() throws IOException {
        String name = "/desktop/" + TEMPLATE;
        try (InputStream in = Objects.requireNonNull(LoginUnit.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** One word of a command line as in systemd.service(5). */
    private static String quoted(String word) {
        return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%").replace("$", "$$")
                + '"';
    }

    /** With the name escaped as in systemd.unit(5), so that %I is the name again. */
    static String unit(String drive) {
        var escaped = new StringBuilder();
        for (byte b : drive.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
                    || c == '.' && !escaped.isEmpty();
            escaped.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "\\x%02x", (int) c));
        }
        return "aloft@" + escaped + ".service";
    }
}
