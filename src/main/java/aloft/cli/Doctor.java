package aloft.cli;

import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.KnownDrives;
import aloft.cli.home.Problem;
import java.nio.file.Path;
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

    @Mixin
    private final SecretOptions secrets = new SecretOptions();

    Doctor(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        new SystemCheck(app, Path.of("/")).run(this::print);
        boolean damaged = false;
        for (KnownDrive drive : drives()) {
            app.terminal().line("");
            app.terminal().line(drive.name());
            new DriveCheck(app, drive).run(this::print);
            if (verify || repair) {
                damaged |= new VaultCheck(app, drive, secrets).run(repair, this::print);
            }
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
