package aloft.cli;

import aloft.cli.control.ControlClient;
import aloft.cli.drive.DriveLauncher;
import aloft.cli.drive.DriveProcess;
import aloft.cli.drive.DriveSpec;
import aloft.cli.drive.EmbeddedCloud;
import aloft.cli.drive.OpenPlace;
import aloft.cli.drive.ServiceManager;
import aloft.cli.drive.Starting;
import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.KnownDrives;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.Place;
import aloft.cli.home.PrivateFiles;
import aloft.cli.home.Problem;
import aloft.desktop.LoginUnit;
import aloft.desktop.Purpose;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Mounts a drive. */
@Command(name = "mount", description = {"Mount a drive, and return when it answers.",
        "Without PLACE: the drive of this computer, whose cloud Aloft serves itself. The first time, its vault is made:",
        "you are asked for a passphrase; Enter, or nobody there to ask, makes one and keeps it."}, footer = {
                "",
                "PLACE is https://user@host/path, nextcloud://user@host/folder, s3://bucket/folder,",
                "dropbox:/folder, onedrive:/folder, gdrive:/folder or a folder's path."})
final class MountCommand implements Callable<Integer> {

    private final App app;

    @Mixin
    private final DriveOptions options = new DriveOptions();
    @Mixin
    private final SecretOptions secrets = new SecretOptions();

    @Option(names = "--foreground", description = "Stay until it is unmounted, for service units (Type=notify); stop with Ctrl-C.")
    private boolean foreground;

    @Option(names = "--at-login", negatable = true, description = "Mount it at each login too, by a service of your systemd; implies --remember.")
    private @Nullable Boolean atLogin;

    @Option(names = "--take-over", description = "Where the place lets one device write only: let this one, in place of another.")
    private boolean takeOver;

    @Parameters(index = "0", paramLabel = "PLACE|NAME", arity = "0..1", description = "The place of a vault, or the name of a drive that was mounted before.")
    private @Nullable String place;

    @Parameters(index = "1", paramLabel = "DIR", arity = "0..1", description = "Where to mount it; by default where it was before, else ~/Aloft. Must be empty.")
    private @Nullable String folder;

    MountCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        KnownDrive drive = new DriveChoice(app.folders()).choose(place, folder, options);
        if (Boolean.FALSE.equals(atLogin)) {
            boolean was = unit().disable(drive.name());
            app.terminal().line(was ? "Not mounted at login any more." : "It is not mounted at login.");
            return 0;
        }
        if (Boolean.TRUE.equals(atLogin)) {
            mountAtLogin(drive);
        } else {
            mount(app, drive, secrets, foreground, takeOver);
        }
        return 0;
    }

    private void mountAtLogin(KnownDrive drive) throws Exception {
        Path command = Desktop.command();
        if (!isMounted(app, drive)) {
            secrets.rememberAll();
            mount(app, drive, secrets, foreground, takeOver);
        }
        app.terminal().line("From the next login on: " + unit().enable(command, drive.name()));
        if (app.secrets().find(drive.name(), Purpose.PASSPHRASE).isEmpty()) {
            app.terminal()
                    .note("aloft: no passphrase is kept, so it will not mount by itself. Unmount it, then: "
                            + "aloft mount " + drive.name() + " --at-login");
        }
    }

    private LoginUnit unit() {
        return new LoginUnit(Objects.requireNonNull(app.folders().config().getParent()));
    }

    private static boolean isMounted(App app, KnownDrive drive) throws IOException {
        return MountedDrive.all(app.folders())
                .stream()
                .anyMatch(each -> each.name().equals(drive.name()) && ControlClient.answers(each.socket()));
    }

    static void mount(App app, KnownDrive drive, SecretOptions secrets, boolean foreground,
            boolean takeOver) throws Exception {
        refuseMounted(app, drive);
        prepareFolder(drive.folder());
        boolean first = drive.place() instanceof Place.Embedded && !EmbeddedCloud.hasVault(app.folders());
        var passphrases = new Passphrases(app.terminal(), app.secrets(), new SecureRandom());
        char @Nullable [] password = new Logins(app).ofMountOrNull(drive, secrets);
        if (takeOver) {
            OpenPlace.takeOver(drive, password, app.folders(), new SecureRandom());
        }
        char[] passphrase = first
                ? passphrases.ofFirstVault(drive.name(), secrets)
                : passphrases.ofVault(drive.name(), secrets);
        try (DriveSpec spec = new DriveSpec(drive, first, passphrase, password)) {
            var notice = new Mounted(app, passphrases, spec, secrets);
            if (foreground) {
                DriveProcess.run(spec, app.folders(), new ServiceManager(app.environment(), notice), true);
            } else {
                DriveLauncher.start(spec, app.folders(), app.environment(), notice);
            }
        }
    }

    private static void refuseMounted(App app, KnownDrive drive) throws Problem, IOException {
        for (MountedDrive each : MountedDrive.all(app.folders())) {
            boolean same = each.name().equals(drive.name()) || each.folder().equals(drive.folder());
            if (same && ControlClient.answers(each.socket())) {
                throw new Problem(Exit.OTHER,
                        "The drive '" + each.name() + "' is already mounted at " + each.folder()
                                + ": use it there, or unmount it first with: aloft unmount " + each.name());
            }
        }
    }

    /** Makes a mount point that is missing, but not what is above it. */
    private static void prepareFolder(Path folder) throws Problem, IOException {
        Path parent = PrivateFiles.folderOf(folder);
        if (!Files.isDirectory(parent)) {
            throw new Problem(Exit.FOLDER_MISSING,
                    "There is no folder " + parent + " to make the mount point in: make it first.");
        }
        if (!Files.exists(folder)) {
            try {
                PrivateFiles.makeFolder(folder);
            } catch (FileAlreadyExistsException e) {
                return; // a mount whose process is gone: it is there, but cannot be looked at
            }
        } else if (Files.isDirectory(folder)) {
            try (var entries = Files.newDirectoryStream(folder)) {
                if (entries.iterator().hasNext()) {
                    throw new Problem(Exit.MOUNT_POINT_NOT_EMPTY, "The folder " + folder
                            + " is not empty: name another one, or move away what is in it.");
                }
            } catch (IOException | DirectoryIteratorException e) {
                return; // the same mount, of which the kernel remembers that it is a folder; else mounting tells
            }
        }
    }

    /** Tells the user, and remembers what proved to be right. */
    private record Mounted(App app, Passphrases passphrases, DriveSpec spec,
            SecretOptions secrets) implements Starting {

        @Override
        public void made(String recoveryKey) {
            new RecoveryNotice(app.terminal()).made(recoveryKey);
        }

        @Override
        public void readOnly(String why) {
            app.terminal().note("aloft: the drive is read-only: " + why);
        }

        @Override
        public void ready() {
            try {
                new KnownDrives(app.folders()).put(spec.drive());
                passphrases.remember(spec.drive(), secrets, spec.passphrase(), spec.password());
            } catch (Problem | IOException e) {
                app.terminal().note("aloft: the drive is mounted, but not remembered: " + e.getMessage());
            }
            app.terminal().line("Mounted at " + app.folders().show(spec.drive().folder()) + ".");
            app.terminal().flush();
        }
    }
}
