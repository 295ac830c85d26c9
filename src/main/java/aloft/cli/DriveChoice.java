package aloft.cli;

import aloft.cli.home.Exit;
import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.KnownDrives;
import aloft.cli.home.Place;
import aloft.cli.home.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out which drive is to be mounted, and how: what is typed goes before what is remembered. */
final class DriveChoice {

    private static final String FIRST_FOLDER = "Aloft";

    private final Folders folders;
    private final KnownDrives drives;

    DriveChoice(Folders folders) {
        this.folders = folders;
        this.drives = new KnownDrives(folders);
    }

    /**
     * @param typed  a name, a place, or the mount point of a known drive; null for the embedded cloud
     * @param folder the mount point; null for the remembered one, or one in the home folder
     */
    KnownDrive choose(@Nullable String typed, @Nullable String folder, DriveOptions options)
            throws Problem, IOException {
        KnownDrive drive = find(typed, options);
        return new KnownDrive(drive.name(), options.at(drive.place()),
                folder == null ? drive.folder() : Targets.folder(folder),
                options.given().orElse(drive.options()));
    }

    private KnownDrive find(@Nullable String typed, DriveOptions options) throws Problem, IOException {
        String name = options.name();
        Optional<KnownDrive> known = typed == null ? Optional.empty() : new Targets(folders).known(typed);
        if (known.isPresent()) {
            return known.get();
        }
        Place place = typed == null ? new Place.Embedded() : options.at(place(typed));
        Optional<KnownDrive> same = drives
                .first(each -> name == null ? each.place().isMeantBy(place) : each.name().equals(name));
        if (same.isPresent() && same.get().place().isMeantBy(place)) {
            return same.get();
        } else if (same.isPresent()) {
            throw new Problem(Exit.USAGE, "'" + name + "' is the drive of another place, "
                    + same.get().place().text() + "; choose another --name.");
        }
        String fresh = name == null ? freeName(place.suggestedName()) : name;
        return new KnownDrive(fresh, place, freeFolder(fresh), KnownDrive.Options.DEFAULT);
    }

    private static Place place(String typed) throws Problem {
        if (typed.equals(new Place.Embedded().text())) {
            return new Place.Embedded();
        } else if (typed.matches("[\\p{L}\\p{N}._-]+") && !Files.exists(Path.of(typed))) {
            throw new Problem(Exit.FOLDER_MISSING, "There is no drive and no folder called '" + typed
                    + "'. The drives that are known: aloft");
        }
        return typed.contains(":") ? Place.parse(typed) : Place.of(Targets.folder(typed));
    }

    private String freeName(String wish) throws Problem, IOException {
        List<String> taken = drives.all().stream().map(KnownDrive::name).toList();
        String name = wish;
        for (int i = 2; taken.contains(name); i++) {
            name = wish + "-" + i;
        }
        return name;
    }

    private Path freeFolder(String name) throws Problem, IOException {
        Path first = folders.home().resolve(FIRST_FOLDER);
        return drives.first(drive -> drive.folder().equals(first)).isEmpty()
                ? first
                : folders.home().resolve(FIRST_FOLDER + "-" + name);
    }
}
