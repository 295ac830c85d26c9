package aloft.cli;

import aloft.cli.home.Exit;
import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.KnownDrives;
import aloft.cli.home.Located;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.Posix;
import aloft.cli.home.Problem;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which drive the user means. */
final class Targets {

    private final Folders folders;

    Targets(Folders folders) {
        this.folders = folders;
    }

    /** What answers or was left behind by a process that is gone. */
    List<MountedDrive> mounted() throws IOException {
        return MountedDrive.all(folders);
    }

    /**
     * The mounted drive of that name, or that the folder lies in; the only one when nothing is named.
     *
     * @param named a name, or a path
     */
    MountedDrive mounted(@Nullable String named) throws Problem, IOException {
        List<MountedDrive> all = mounted();
        if (named != null) {
            Optional<MountedDrive> match = all.stream()
                    .filter(drive -> drive.name().equals(named))
                    .findFirst();
            if (match.isPresent()) {
                return match.get();
            }
            Optional<KnownDrive> known = new KnownDrives(folders).named(named);
            if (known.isPresent()) {
                throw new Problem(Exit.FOLDER_MISSING,
                        "The drive '" + named + "' is not mounted. Mount it with: aloft mount " + named);
            }
            return Located.find(named, folders).drive();
        }
        if (all.isEmpty()) {
            throw new Problem(Exit.FOLDER_MISSING, "No drive is mounted. Mount one with: aloft mount");
        } else if (all.size() > 1) {
            throw new Problem(Exit.USAGE, "Several drives are mounted; name one of: "
                    + all.stream().map(MountedDrive::name).collect(Collectors.joining(", ")));
        }
        return all.getFirst();
    }

    /** The remembered drive of that name or with that mount point; the only one when nothing is named. */
    Optional<KnownDrive> known(@Nullable String named) throws Problem, IOException {
        var drives = new KnownDrives(folders);
        if (named == null) {
            List<KnownDrive> all = drives.all();
            if (all.size() > 1) {
                throw new Problem(Exit.USAGE, "Several drives are known; name one of: "
                        + all.stream().map(KnownDrive::name).collect(Collectors.joining(", ")));
            }
            return all.stream().findFirst();
        }
        Path folder = folder(named);
        Optional<KnownDrive> byName = drives.named(named);
        return byName.isPresent() ? byName : drives.first(drive -> drive.folder().equals(folder));
    }

    /** The folder that was typed, absolute and without links as far as it exists. */
    static Path folder(String typed) throws Problem {
        String whole = Posix.realPath(typed).orElse(typed);
        try {
            Path path = Path.of(whole).toAbsolutePath().normalize();
            Path parent = path.getParent();
            if (parent == null || path.getFileName() == null) {
                return path;
            }
            Path name = path.getFileName();
            return Posix.realPath(parent.toString()).map(real -> Path.of(real).resolve(name)).orElse(path);
        } catch (InvalidPathException e) {
            throw new Problem(Exit.USAGE, "The name of '" + typed + "' is not UTF-8; use another folder.", e);
        }
    }
}
