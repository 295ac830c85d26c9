package aloft.cli.drive;

import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.PrivateFiles;
import aloft.cli.home.Problem;
import aloft.store.Store;
import aloft.vault.Kdf;
import aloft.vault.Secret;
import aloft.vault.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;

/** The vault of a drive, with a copy of its file to open it without a network, and a note of which it was. */
final class KeptVault {

    private static final int MAX_COPY = 1 << 20;
    private static final int MAX_NOTE = 100;

    private final Path copy;
    private final Path note;
    private final KnownDrive drive;
    private final SecureRandom random;

    KeptVault(Path state, KnownDrive drive, SecureRandom random) {
        this.copy = state.resolve("vault.json");
        this.note = state.resolve("vault-id");
        this.drive = drive;
        this.random = random;
    }

    /** Opens the vault, or makes it where that is wanted and there is none. */
    Vault open(Store store, DriveSpec spec, Starting starting) throws Problem, IOException {
        try (Secret secret = Secret.of(spec.passphrase().clone())) {
            if (spec.create()) {
                Vault.Created created = Vault.create(store, secret, Kdf.DEFAULT, random);
                starting.made(created.recoveryKey());
                return remembered(created.vault());
            }
            return remembered(
                    Vault.open(store, secret, PrivateFiles.read(copy, MAX_COPY).orElse(null), random));
        }
    }

    private Vault remembered(Vault vault) throws Problem, IOException {
        try {
            byte[] id = vault.id().getBytes(StandardCharsets.US_ASCII);
            byte[] known = PrivateFiles.read(note, MAX_NOTE).orElse(id);
            if (!Arrays.equals(known, id)) {
                throw new Problem(Exit.NOT_WORTH_A_RETRY, "In " + drive.place().text()
                        + " lies another vault than the one '" + drive.name()
                        + "' had. To use it, mount it with another --name; what the old one had not sent is in "
                        + note.getParent() + ".");
            }
            PrivateFiles.write(note, id);
            PrivateFiles.write(copy, vault.file());
            return vault;
        } catch (IOException | Problem e) {
            vault.close();
            throw e;
        }
    }
}
