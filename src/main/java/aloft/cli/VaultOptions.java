package aloft.cli;

import aloft.cli.drive.OpenPlace;
import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.Problem;
import aloft.vault.Secret;
import aloft.vault.Vault;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** For commands that work on a vault itself, mounted or not. */
final class VaultOptions {

    @Mixin
    private final SecretOptions secrets = new SecretOptions();

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "Which drive, by its name or mount point, when several are known.")
    private @Nullable String named;

    /** Works on an open vault. */
    @FunctionalInterface
    interface Work {
        void on(Vault vault, KnownDrive drive, Passphrases passphrases) throws Exception;
    }

    void open(App app, Work work) throws Exception {
        KnownDrive drive = new Targets(app.folders()).known(named)
                .orElseThrow(() -> new Problem(Exit.FOLDER_MISSING, named == null
                        ? "No drive is known yet. Begin with: aloft mount"
                        : "No drive called '" + named + "' is known. The drives that are: aloft"));
        var random = new SecureRandom();
        var passphrases = new Passphrases(app.terminal(), app.secrets(), random);
        char @Nullable [] password = new Logins(app).ofStoreOrNull(drive, secrets);
        try (OpenPlace place = OpenPlace.open(drive, password, false, app.folders(), random);
                Secret secret = Secret.of(passphrases.ofVault(drive.name(), secrets));
                Vault vault = Vault.open(place.store(), secret, null, random)) {
            work.on(vault, drive, passphrases);
        }
    }
}
