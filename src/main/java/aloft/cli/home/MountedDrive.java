package aloft.cli.home;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A drive whose process has put a note beside its socket. The note of a process that was killed stays
 * until the drive is mounted or unmounted again.
 *
 * @param socket where it answers
 * @param folder where it is mounted
 * @param place  as text
 */
public record MountedDrive(String name, Path socket, Path folder, String place, long pid) {

    private static final String NOTE = ".drive";
    private static final int MAX_BYTES = 1 << 16;

    /** The socket of the drive of that name. */
    public static Path socketOf(Folders folders, String name) {
        return folders.runtime().resolve(name + ".sock");
    }

    /** Notes that this process is the drive. */
    public static MountedDrive announce(Folders folders, KnownDrive drive) throws IOException {
        var values = new LinkedHashMap<String, String>();
        long pid = ProcessHandle.current().pid();
        values.put("folder", drive.folder().toString());
        values.put("place", drive.place().text());
        values.put("pid", Long.toString(pid));
        PrivateFiles.write(folders.runtime().resolve(drive.name() + NOTE),
                Sections.format("A drive that is mounted.", Map.of(drive.name(), values))
                        .getBytes(StandardCharsets.UTF_8));
        return new MountedDrive(drive.name(), socketOf(folders, drive.name()), drive.folder(),
                drive.place().text(), pid);
    }

    /** All that have a note, alive or not, by name. */
    public static List<MountedDrive> all(Folders folders) throws IOException {
        var drives = new ArrayList<MountedDrive>();
        if (!Files.isDirectory(folders.runtime())) {
            return drives;
        }
        try (var files = Files.list(folders.runtime())) {
            for (Path note : files.filter(file -> file.toString().endsWith(NOTE)).sorted().toList()) {
                read(folders, note).ifPresent(drives::add);
            }
        }
        return drives;
    }

    /** Whether its process runs. */
    public boolean isAlive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /** Takes the note and the socket away. */
    public void withdraw() throws IOException {
        Files.deleteIfExists(socket);
        Files.deleteIfExists(socket.resolveSibling(name + NOTE));
    }

    private static Optional<MountedDrive> read(Folders folders, Path note) throws IOException {
        Optional<byte[]> bytes = PrivateFiles.read(note, MAX_BYTES);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        String file = note.getFileName().toString();
        String name = file.substring(0, file.length() - NOTE.length());
        Map<String, String> values = Sections.parse(new String(bytes.get(), StandardCharsets.UTF_8))
                .getOrDefault(name, Map.of());
        @Nullable
        String folder = values.get("folder");
        if (folder == null) {
            return Optional.empty();
        }
        return Optional.of(new MountedDrive(name, socketOf(folders, name), Path.of(folder),
                values.getOrDefault("place", ""), Long.parseLong(values.getOrDefault("pid", "0"))));
    }
}
