package aloft.cli;

import aloft.cli.drive.OpenPlace;
import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.KnownDrives;
import aloft.cli.home.Problem;
import aloft.vault.Kdf;
import aloft.vault.Secret;
import aloft.vault.Vault;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a vault. */
@Command(name = "create", description = {
        "Make a new vault: asks for a passphrase twice, and shows the recovery key once.",
        "Mount it afterwards with: aloft mount"}, footer = {"",
                "PLACE is https://user@host/path, nextcloud://user@host/folder, s3://bucket/folder,",
                "dropbox:/folder, onedrive:/folder, gdrive:/folder or a folder's path.",
                "Without it, the vault is made in the cloud that Aloft serves on this computer."})
final class Create implements Callable<Integer> {

    private final App app;

    @Mixin
    private final DriveOptions options = new DriveOptions();
    @Mixin
    private final SecretOptions secrets = new SecretOptions();

    @Parameters(paramLabel = "PLACE", arity = "0..1", description = "Where the vault will lie.")
    private @Nullable String place;

    Create(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        KnownDrive drive = new DriveChoice(app.folders()).choose(place, null, options);
        var random = new SecureRandom();
        var passphrases = new Passphrases(app.terminal(), app.secrets(), random);
        char @Nullable [] password = new Logins(app).ofStoreOrNull(drive, secrets);
        try (OpenPlace open = OpenPlace.open(drive, password, true, app.folders(), random)) {
            if (open.hasVault()) {
                throw new Problem(Exit.NOT_WORTH_A_RETRY, "There is a vault in " + drive.place().text()
                        + " already. Mount it with: aloft mount " + drive.place().text());
            }
            char[] passphrase = passphrases.ofNewVault(drive.name(), secrets);
            create(open, passphrase, random);
            new KnownDrives(app.folders()).put(drive);
            passphrases.remember(drive, secrets, passphrase, password);
            Arrays.fill(passphrase, '\0');
        }
        app.terminal().line("Mount it with: aloft mount " + drive.name());
        return 0;
    }

    private void create(OpenPlace open, char[] passphrase, SecureRandom random) throws IOException {
        try (Secret secret = Secret.of(passphrase.clone())) {
            Vault.Created created = Vault.create(open.store(), secret, Kdf.DEFAULT, random);
            created.vault().close();
            new RecoveryNotice(app.terminal()).show(created.recoveryKey());
        }
    }
}
