package aloft.cli;

import aloft.cli.control.Answers;
import aloft.cli.control.ControlClient;
import aloft.cli.control.Outcome;
import aloft.cli.control.Request;
import aloft.cli.drive.OpenPlace;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.Problem;
import aloft.desktop.Purpose;
import aloft.store.Store;
import aloft.tree.Keeping.DriveStatus;
import aloft.vault.Secret;
import aloft.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whether a drive is well: its place, its vault, its folders, and what it says itself when it is mounted. */
final class DriveCheck {

    private static final double LITTLE = 0.05;

    private final App app;
    private final KnownDrive drive;

    DriveCheck(App app, KnownDrive drive) {
        this.app = app;
        this.drive = drive;
    }

    /** Its place, vault and folders. */
    void parts(Consumer<Finding> to) {
        place(to);
        to.accept(folder("state", drive.state(app.folders())));
        to.accept(folder("journal", drive.state(app.folders()).resolve("journal")));
        to.accept(folder("cache", drive.cache(app.folders())));
    }

    private void place(Consumer<Finding> to) {
        try {
            Optional<char[]> password = new Logins(app).kept(drive);
            if (password.isEmpty() && Logins.areNeeded(drive)) {
                to.accept(Finding.odd("place",
                        drive.place().text() + " was not asked: no password, key or login is kept",
                        Logins.isOfDrive(drive)
                                ? "Keep it with: aloft mount " + drive.name() + " --remember"
                                : "Log in: aloft login " + drive.place().text().replaceAll(":.*", ":")));
                return;
            }
            try (OpenPlace open = OpenPlace.open(drive, password.orElse(null), false, app.folders(),
                    new SecureRandom())) {
                place(open, to);
            }
        } catch (IOException | Problem e) {
            to.accept(Finding.bad("place", Outcome.of(e).sentence(),
                    "Check the network, the place and the password."));
        }
    }

    private void place(OpenPlace open, Consumer<Finding> to) throws IOException {
        if (!open.hasVault()) {
            to.accept(Finding.bad("vault", "there is none at " + drive.place().text(),
                    "Check the place; a new vault is made with: aloft create " + drive.place().text()));
            return;
        }
        to.accept(Finding.good("place", drive.place().text() + " answers"));
        to.accept(space(open.store().space()));
        to.accept(switch (open.store().promise()) {
            case ATOMIC -> Finding.good("writers", "any number of devices may write");
            case LEASE -> Finding.good("writers", "any number of devices may write, one after the other");
            case NONE -> Finding.odd("writers", "this place lets one device write, the others read",
                    "Write from one device, or move the vault to a place that can more, such as 'aloft serve'.");
        });
        vault(open, to);
    }

    private void vault(OpenPlace open, Consumer<Finding> to) throws IOException {
        Optional<char[]> passphrase = app.secrets().find(drive.name(), Purpose.PASSPHRASE);
        if (passphrase.isEmpty()) {
            to.accept(Finding.good("vault", "is there; it was not opened, since no passphrase is kept"));
            return;
        }
        try (Secret secret = Secret.of(passphrase.get())) {
            Vault.open(open.store(), secret, null, new SecureRandom()).close();
            to.accept(Finding.good("vault", "opens with the kept passphrase"));
        } catch (IOException e) {
            to.accept(Finding.bad("vault", Outcome.of(e).sentence(), "See docs/TROUBLESHOOTING.md."));
        }
    }

    private static Finding space(Store.Space space) {
        if (space.total() <= 0) {
            return Finding.good("space", "the place does not tell");
        }
        long free = space.total() - space.used();
        String detail = Quantity.bytes(Math.max(0, free)) + " free of " + Quantity.bytes(space.total());
        return free < space.total() * LITTLE
                ? Finding.odd("space", detail, "Make room at the place, or uploads will stop.")
                : Finding.good("space", detail);
    }

    private Finding folder(String what, Path folder) {
        String shown = app.folders().show(folder);
        if (!Files.exists(folder)) {
            return Finding.good(what, shown + " is made at the next mount");
        }
        try {
            long free = folder.toFile().getUsableSpace();
            long total = folder.toFile().getTotalSpace();
            String detail = shown + " takes " + Quantity.bytes(taken(folder)) + "; " + Quantity.bytes(free)
                    + " of the disk are free";
            if (!Files.isWritable(folder)) {
                return Finding.bad(what, "you may not write to " + shown,
                        "Check whose it is: ls -ld " + folder);
            }
            return free < total * LITTLE
                    ? Finding.odd(what, detail, "Make room on this disk, or free files: aloft free PATH")
                    : Finding.good(what, detail);
        } catch (IOException e) {
            return Finding.bad(what, Outcome.of(e).sentence(), "Check the disk.");
        }
    }

    /** What the disk really gives, since the cache's files have holes. */
    private static long taken(Path folder) throws IOException {
        long bytes = 0;
        try (var files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
        }
        return bytes;
    }

    /** What it says itself when it is mounted. */
    void mount(Consumer<Finding> to) {
        try {
            Optional<MountedDrive> mounted = MountedDrive.all(app.folders())
                    .stream()
                    .filter(each -> each.name().equals(drive.name()))
                    .findFirst();
            if (mounted.isEmpty()) {
                to.accept(Finding.good("mount", "not mounted; mount it with: aloft mount " + drive.name()));
            } else if (!ControlClient.answers(mounted.get().socket())) {
                to.accept(Finding.bad("mount", "its process is gone",
                        "Mount it again, nothing is lost: aloft mount " + drive.name()));
            } else {
                ask(mounted.get(), to);
            }
        } catch (IOException | Problem e) {
            to.accept(Finding.bad("mount", Outcome.of(e).sentence(), "See its log: "
                    + app.folders().show(drive.state(app.folders()).resolve("log"))));
        }
    }

    private static void ask(MountedDrive mounted, Consumer<Finding> to) throws Problem {
        new ControlClient(mounted).ask(new Request.Status(), new Answers() {
            @Override
            public void status(DriveStatus status) {
                to.accept(Finding.good("mount", mounted.folder() + ": " + DriveReport.inWords(status)));
                @Nullable
                String readOnly = status.readOnly();
                if (readOnly != null) {
                    to.accept(Finding.bad("changes", "the drive is read-only: " + readOnly,
                            "See docs/TROUBLESHOOTING.md."));
                }
                List<String> errors = status.errors();
                errors.forEach(
                        error -> to.accept(Finding.bad("error", error, "See docs/TROUBLESHOOTING.md.")));
            }
        });
    }
}
