package aloft.mount;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is mounted where, from /proc/self/mountinfo: the one way to learn about a mount that does not
 * hang when the process behind it does.
 */
final class MountTable {

    /** As the kernel shows a mount with the subtype "aloft". */
    static final String TYPE = "fuse.aloft";

    /** How the JVM reads and writes the names of files. */
    private static final Charset FILE_NAMES = Charset
            .forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private final List<Entry> entries;

    /**
     * @param connection number of the file system: minor device number, for FUSE the name of its folder
     *                   in /sys/fs/fuse/connections
     * @param folder     one char for each byte
     */
    record Entry(long connection, String folder, String type) {

        boolean isAloft() {
            return type.equals(TYPE);
        }
    }

    private MountTable(List<Entry> entries) {
        this.entries = entries;
    }

    static MountTable read() throws IOException {
        return parse(Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1));
    }

    static MountTable parse(String mountinfo) {
        return new MountTable(mountinfo.lines().map(MountTable::entry).toList());
    }

    /** Fields as in proc_pid_mountinfo(5): id, parent, major:minor, root, folder, options, tags..., -, type. */
    private static Entry entry(String line) {
        String[] halves = line.split(" - ", 2);
        String[] before = halves[0].split(" ", -1);
        long minor = Long.parseLong(before[2].substring(before[2].indexOf(':') + 1));
        return new Entry(minor, unescape(before[4]), halves[1].substring(0, halves[1].indexOf(' ')));
    }

    /** Space, tab, newline and backslash are a backslash and three octal digits. */
    private static String unescape(String field) {
        var plain = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\') {
                plain.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                plain.append(field.charAt(i));
            }
        }
        return plain.toString();
    }

    /** The mount that a user sees at the folder: of several, one above the other, the last. */
    Optional<Entry> at(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath().normalize();
        Optional<Entry> found = named(absolute);
        Path parent = absolute.getParent();
        if (found.isEmpty() && parent != null && Files.exists(parent)) {
            found = named(parent.toRealPath().resolve(absolute.getFileName()));
        }
        // only now: a dead mount hangs or fails when touched, and it has been found by its name
        if (found.isEmpty() && Files.isSymbolicLink(absolute) && Files.exists(absolute)) {
            found = named(absolute.toRealPath());
        }
        return found;
    }

    private Optional<Entry> named(Path folder) {
        String name = new String(folder.toString().getBytes(FILE_NAMES), StandardCharsets.ISO_8859_1);
        return entries.stream()
                .filter(entry -> entry.folder().equals(name))
                .reduce((first, second) -> second);
    }
}
