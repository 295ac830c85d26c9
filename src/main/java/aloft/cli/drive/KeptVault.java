package aloft.cli.drive;

import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.Place;
import aloft.cli.home.PrivateFiles;
import aloft.cli.home.Problem;
import aloft.failure.Failure;
import aloft.store.AccountPlace;
import aloft.store.Store;
import aloft.vault.Kdf;
import aloft.vault.Secret;
import aloft.vault.Vault;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The vault of a drive, with a copy of its file to open it without a network, and a note of which it was. */
public final class KeptVault {

    private static final System.Logger LOG = System.getLogger(KeptVault.class.getName());
    private static final String COPY = "vault.json";
    private static final int MAX_COPY = 1 << 20;
    private static final int MAX_NOTE = 100;

    private final Path copy;
    private final Path note;
    private final KnownDrive drive;
    private final SecureRandom random;

    KeptVault(Path state, KnownDrive drive, SecureRandom random) {
        this.copy = state.resolve(COPY);
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
            return remembered(opened(store, secret, PrivateFiles.read(copy, MAX_COPY).orElse(null)));
        }
    }

    /** Where an account is logged in to by another command, the drive need not wait for that. */
    private Vault opened(Store store, Secret secret, byte @Nullable [] known) throws IOException {
        try {
            return Vault.open(store, secret, known, random);
        } catch (Failure.NeedsLogin e) {
            if (known == null || !(drive.place() instanceof Place.Cloud(AccountPlace _))) {
                throw e;
            }
            LOG.log(Level.WARNING, "The drive is mounted with what is here: " + e.getMessage());
            return Vault.openCopy(store, secret, known, random);
        }
    }

    /** Whether a drive with this folder was mounted on this computer before. */
    public static boolean isHere(Path state) {
        return Files.exists(state.resolve(COPY));
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
