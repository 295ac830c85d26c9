package aloft.cli;

import aloft.cli.drive.DriveSpec;
import aloft.cli.drive.RollbackChoice;
import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.KnownDrives;
import aloft.cli.home.Problem;
import aloft.sync.Republishing;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks for what is wrong, and says what to do. */
@Command(name = "doctor", description = "Check FUSE, and of each drive its place, vault, cache and journal; say what to do.")
final class Doctor implements Callable<Integer> {

    private final App app;
    private boolean bad;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "One drive only.")
    private @Nullable String named;

    @Option(names = "--verify", description = "Read and authenticate everything in the vault.")
    private boolean verify;

    @Option(names = "--repair", description = "The same, and put anew into the cloud what is damaged there and whole on this device.")
    private boolean repair;

    @Option(names = "--accept-rollback", description = "For a cloud that shows an older state or another one: take what it has. What this computer knew is put beside, for you.")
    private boolean accept;

    @Option(names = "--publish-again", description = "For a cloud that shows an older state: give it what this computer has seen.")
    private boolean publish;

    @Mixin
    private final SecretOptions secrets = new SecretOptions();

    Doctor(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        if (accept || publish) {
            choose();
            return Exit.DONE.code();
        }
        new SystemCheck(app, Path.of("/")).run(this::print);
        boolean damaged = false;
        for (KnownDrive drive : drives()) {
            app.terminal().line("");
            app.terminal().line(drive.name());
            var check = new DriveCheck(app, drive);
            check.parts(this::print);
            if (verify || repair) {
                damaged |= new VaultCheck(app, drive, secrets).run(repair, this::print);
            }
            check.mount(this::print); // after what was healed
        }
        if (damaged) {
            return Exit.DAMAGE_FOUND.code();
        }
        return bad ? Exit.OTHER.code() : Exit.DONE.code();
    }

    private List<KnownDrive> drives() throws Exception {
        if (named == null) {
            return new KnownDrives(app.folders()).all();
        }
        return List.of(new Targets(app.folders()).known(named)
                .orElseThrow(
                        () -> new Problem(Exit.FOLDER_MISSING, "No drive called '" + named + "' is known.")));
    }

    private void choose() throws Exception {
        List<KnownDrive> all = drives();
        if (all.size() != 1 || accept && publish) {
            throw new Problem(Exit.USAGE, "Name one drive and one choice: aloft doctor --publish-again NAME");
        }
        if (accept) {
            Path aside = RollbackChoice.accept(all.getFirst(), app.folders());
            app.terminal()
                    .line("The next mount shows what the cloud has. What this computer knew, changes that were"
                            + " not sent too, is in " + app.folders().show(aside) + ".");
        } else {
            publishAgain(all.getFirst());
        }
    }

    private void publishAgain(KnownDrive drive) throws Exception {
        char[] passphrase = new Passphrases(app.terminal(), app.secrets(), new SecureRandom())
                .ofVault(drive.name(), secrets);
        try (var spec = new DriveSpec(drive, false, passphrase,
                new Logins(app).ofStoreOrNull(drive, secrets))) {
            Republishing.Result result = RollbackChoice.publishAgain(spec, app.folders(),
                    new RecoveryNotice(app.terminal()));
            app.terminal()
                    .line("The cloud has again what this computer saw of it"
                            + (result.changes() == 0 ? "; nothing was missing." : "."));
            if (result.missing() > 0) {
                app.terminal()
                        .line(result.missing()
                                + " objects are missing in the cloud. What is on this computer is"
                                + " put there anew with: aloft doctor --repair " + drive.name());
            }
        }
    }

    private void print(Finding finding) {
        bad |= finding.grade() == Finding.Grade.BAD;
        app.terminal()
                .line("  " + Width.left(finding.grade().word(), 5) + Width.left(finding.what(), 12)
                        + finding.detail());
        String advice = finding.advice();
        if (advice != null) {
            app.terminal().line(" ".repeat(19) + advice);
        }
        app.terminal().flush();
    }
}
