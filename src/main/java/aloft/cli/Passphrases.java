package aloft.cli;

import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.Problem;
import aloft.desktop.Purpose;
import aloft.desktop.Secrets;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gets the passphrase of a drive: from an option, from where they are kept, or from the user. */
final class Passphrases {

    /** Digits and letters that are not mistaken for each other. */
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int MADE_GROUPS = 5;
    private static final int MADE_GROUP = 5;

    private final Terminal terminal;
    private final Secrets kept;
    private final SecureRandom random;
    private boolean made;

    Passphrases(Terminal terminal, Secrets kept, SecureRandom random) {
        this.terminal = terminal;
        this.kept = kept;
        this.random = random;
    }

    /** The passphrase of a vault that is there. The caller wipes it. */
    char[] ofVault(String drive, SecretOptions options) throws Problem, IOException {
        return options.passphrase()
                .or(() -> keptOrEmpty(drive, Purpose.PASSPHRASE))
                .or(() -> terminal.askHidden("Passphrase of '" + drive + "': "))
                .orElseThrow(() -> new Problem(Exit.USAGE, "The passphrase of '" + drive
                        + "' is needed: use --passphrase-file FILE, or mount it once in a terminal with --remember."));
    }

    /** A passphrase for a vault that is about to be made; the user types it twice. The caller wipes it. */
    char[] ofNewVault(String drive, SecretOptions options) throws Problem, IOException {
        Optional<char[]> given = options.passphrase().or(() -> keptOrEmpty(drive, Purpose.PASSPHRASE));
        return given.isPresent() ? given.get() : choose();
    }

    /**
     * The same for the first drive, where the user may leave it to us: Enter, or nobody there to ask, makes a
     * passphrase and keeps it.
     */
    char[] ofFirstVault(String drive, SecretOptions options) throws Problem, IOException {
        Optional<char[]> found = options.passphrase().or(() -> keptOrEmpty(drive, Purpose.PASSPHRASE));
        if (found.isPresent()) {
            return found.get();
        }
        if (terminal.canAsk()) {
            terminal.note("Choose a passphrase. It encrypts the drive, and nobody can reset it.");
            char[] typed = ask("Passphrase (Enter: Aloft makes one and keeps it): ");
            if (typed.length > 0) {
                return again(typed);
            }
        }
        char[] fresh = make();
        terminal.line(
                "Made a passphrase and kept it in " + kept.keep(drive, Purpose.PASSPHRASE, fresh) + ".");
        made = true;
        return fresh;
    }

    /** A new passphrase that the user types twice. The caller wipes it. */
    char[] choose() throws Problem {
        terminal.note("Choose a passphrase. It encrypts the drive, and nobody can reset it.");
        char[] typed = ask("Passphrase: ");
        if (typed.length == 0) {
            throw new Problem(Exit.USAGE, "The passphrase is empty; nothing was done.");
        }
        return again(typed);
    }

    /** Keeps what proved to be right, when the user wants that. */
    void remember(KnownDrive known, SecretOptions options, char[] passphrase, char @Nullable [] password)
            throws IOException {
        String drive = known.name();
        if (options.remember()) {
            if (!made) {
                terminal.line(
                        "Kept the passphrase in " + kept.keep(drive, Purpose.PASSPHRASE, passphrase) + ".");
            }
            if (password != null && Logins.isOfDrive(known)) {
                terminal.line("Kept the password in " + kept.keep(drive, Purpose.PASSWORD, password) + ".");
            }
        }
    }

    private char[] make() {
        char[] made = new char[MADE_GROUPS * (MADE_GROUP + 1) - 1];
        for (int i = 0; i < made.length; i++) {
            made[i] = i % (MADE_GROUP + 1) == MADE_GROUP
                    ? '-'
                    : ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        }
        return made;
    }

    private char[] again(char[] typed) throws Problem {
        char[] second = ask("The same again: ");
        boolean same = Arrays.equals(typed, second);
        Arrays.fill(second, '\0');
        if (!same) {
            throw new Problem(Exit.USAGE, "The two are not the same; nothing was done. Try again.");
        }
        return typed;
    }

    private char[] ask(String question) throws Problem {
        return terminal.askHidden(question)
                .orElseThrow(() -> new Problem(Exit.USAGE,
                        "A passphrase is needed, and there is no terminal to ask: use --passphrase-file FILE."));
    }

    private Optional<char[]> keptOrEmpty(String drive, Purpose purpose) {
        try {
            return kept.find(drive, purpose);
        } catch (IOException e) {
            terminal.note("aloft: the kept " + purpose.name().toLowerCase(Locale.ROOT)
                    + " cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }
}
