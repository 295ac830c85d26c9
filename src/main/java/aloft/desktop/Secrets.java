package aloft.desktop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Secrets that are kept over a restart: in the desktop's keyring where there is one that works, else in a
 * file that only its owner may read.
 */
public final class Secrets {

    private static final System.Logger LOG = System.getLogger(Secrets.class.getName());

    private final List<Keeper> keepers;
    /** What a service manager hands to this process (systemd.exec(5), LoadCredential=); null when it does not. */
    private final @Nullable Keeper given;

    Secrets(List<Keeper> keepers, @Nullable Keeper given) {
        this.keepers = keepers;
        this.given = given;
    }

    /** @param files the folder for what no keyring takes */
    public static Secrets of(Path files, Map<String, String> environment) {
        Keeper file = new SecretFiles(files);
        String credentials = environment.get("CREDENTIALS_DIRECTORY");
        return new Secrets(
                Keyring.find(environment)
                        .map(keyring -> List.<Keeper>of(keyring, file))
                        .orElse(List.of(file)),
                credentials == null ? null : new SecretFiles(Path.of(credentials)));
    }

    /** The caller wipes what it gets. */
    public Optional<char[]> find(String drive, Purpose purpose) throws IOException {
        Optional<char[]> handed = given == null ? Optional.empty() : given.find(drive, purpose);
        return handed.isPresent() ? handed : kept(drive, purpose);
    }

    /** The same without what a service manager handed to this process, which is as old as the process. */
    public Optional<char[]> kept(String drive, Purpose purpose) throws IOException {
        for (Keeper keeper : keepers) {
            Optional<char[]> found = keeper.find(drive, purpose);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** @return where it is kept, in words that follow "kept in" */
    public String keep(String drive, Purpose purpose, char[] secret) throws IOException {
        for (Keeper keeper : keepers.subList(0, keepers.size() - 1)) {
            try {
                return keeper.keep(drive, purpose, secret);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.INFO, "no keyring: " + e.getMessage());
            }
        }
        return keepers.getLast().keep(drive, purpose, secret);
    }

    public void forget(String drive, Purpose purpose) throws IOException {
        for (Keeper keeper : keepers) {
            keeper.forget(drive, purpose);
        }
    }
}
