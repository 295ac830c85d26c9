package aloft.cli;

import aloft.cli.home.KnownDrive;
import aloft.desktop.Purpose;
import aloft.vault.Kdf;
import aloft.vault.Secret;
import aloft.vault.Vault;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Changes the passphrase. */
@Command(name = "passwd", description = {
        "Change the passphrase of a vault. Nothing has to be encrypted anew.",
        "The present one is asked for, or taken from where it is kept; the recovery key does as well."})
final class Passwd implements Callable<Integer> {

    private final App app;

    @Mixin
    private final VaultOptions vault = new VaultOptions();

    @Option(names = "--new-passphrase-file", paramLabel = "FILE", description = "Read the new passphrase from this file.")
    private @Nullable Path newPassphrase;

    Passwd(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        vault.open(app, this::change);
        return 0;
    }

    private void change(Vault open, KnownDrive drive, Passphrases passphrases) throws Exception {
        Optional<char[]> given = SecretOptions.read(newPassphrase);
        char[] chosen = given.isPresent() ? given.get() : passphrases.choose();
        try (Secret secret = Secret.of(chosen.clone())) {
            open.changePassphrase(secret, Kdf.DEFAULT);
        }
        app.terminal().line("The passphrase of '" + drive.name() + "' is changed.");
        Optional<char[]> kept = app.secrets().find(drive.name(), Purpose.PASSPHRASE);
        if (kept.isPresent()) {
            Arrays.fill(kept.get(), '\0');
            app.terminal()
                    .line("Kept the new one in "
                            + app.secrets().keep(drive.name(), Purpose.PASSPHRASE, chosen) + ".");
        }
        Arrays.fill(chosen, '\0');
    }
}
