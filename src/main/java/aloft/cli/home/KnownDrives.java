package aloft.cli.home;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The file of the drives that were mounted once; each call reads it anew. */
public final class KnownDrives {

    private static final int MAX_BYTES = 1 << 20;

    private final Path file;

    public KnownDrives(Folders folders) {
        file = folders.config().resolve("drives");
    }

    public List<KnownDrive> all() throws Problem, IOException {
        byte[] bytes = PrivateFiles.read(file, MAX_BYTES).orElse(new byte[0]);
        try {
            var drives = new ArrayList<KnownDrive>();
            for (var section : Sections.parse(RawText.decode(bytes)).entrySet()) {
                drives.add(KnownDrive.read(section.getKey(), section.getValue()));
            }
            return drives;
        } catch (IllegalArgumentException e) {
            throw new Problem(Exit.OTHER,
                    file + " cannot be read: " + e.getMessage() + ". Mend it, or remove it.", e);
        }
    }

    public Optional<KnownDrive> named(String name) throws Problem, IOException {
        return first(drive -> drive.name().equals(name));
    }

    public Optional<KnownDrive> first(Predicate<KnownDrive> which) throws Problem, IOException {
        return all().stream().filter(which).findFirst();
    }

    /** Remembers the drive, in place of an older one of its name. */
    public void put(KnownDrive drive) throws Problem, IOException {
        change(drives -> drives.put(drive.name(), drive));
    }

    private void change(Consumer<Map<String, KnownDrive>> how)
            throws Problem, IOException {
        Path folder = PrivateFiles.makeFolder(PrivateFiles.folderOf(file));
        try (FileChannel lock = FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            lock.lock();
            var drives = new LinkedHashMap<String, KnownDrive>();
            for (KnownDrive drive : all()) {
                drives.put(drive.name(), drive);
            }
            how.accept(drives);
            var sections = new LinkedHashMap<String, Map<String, String>>();
            drives.forEach((name, drive) -> sections.put(name, drive.write()));
            PrivateFiles.write(file,
                    RawText.encode(Sections.format("The drives that Aloft knows; it writes this file anew.",
                            sections)));
        }
    }
}
