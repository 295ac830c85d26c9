package aloft.cli;

import aloft.cli.drive.KeptVault;
import aloft.cli.home.AwsProfile;
import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.Place;
import aloft.cli.home.Problem;
import aloft.desktop.Purpose;
import aloft.store.AccountPlace;
import aloft.store.S3Keys;
import aloft.store.S3Place;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gets what a drive's store asks for: from an option, from where it is kept, or from the user. */
final class Logins {

    private final App app;

    Logins(App app) {
        this.app = app;
    }

    /** What a store asks for, in words, and where it is kept. */
    private record Wanted(String words, String under, Purpose purpose) {}

    /** Password, keys or login of the drive's store; null when it asks for none. The caller wipes it. */
    char @Nullable [] ofStoreOrNull(KnownDrive drive, SecretOptions options) throws Problem, IOException {
        Optional<Wanted> wanted = wanted(drive);
        return wanted.isEmpty()
                ? null
                : known(drive, options).or(() -> ask(drive, wanted.get()))
                        .orElseThrow(() -> new Problem(Exit.USAGE,
                                "The " + wanted.get().words() + " is needed: "
                                        + (wanted.get().purpose() == Purpose.LOGIN
                                                ? "aloft login " + wanted.get().under() + ":"
                                                : "use --password-file FILE.")));
    }

    /** The same; null also where the drive can be mounted with what is here, until the user logs in. */
    char @Nullable [] ofMountOrNull(KnownDrive drive, SecretOptions options) throws Problem, IOException {
        boolean waits = wanted(drive).filter(wanted -> wanted.purpose() == Purpose.LOGIN).isPresent()
                && KeptVault.isHere(drive.state(app.folders()));
        return waits ? known(drive, options).orElse(null) : ofStoreOrNull(drive, options);
    }

    private Optional<char[]> known(KnownDrive drive, SecretOptions options) throws Problem, IOException {
        Optional<char[]> given = options.password();
        return given.isPresent() ? given : kept(drive);
    }

    /** The same without asking anybody; empty also when none is needed. The caller wipes it. */
    Optional<char[]> kept(KnownDrive drive) throws Problem, IOException {
        Optional<Wanted> wanted = wanted(drive);
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        Optional<char[]> kept;
        try {
            kept = app.secrets().find(wanted.get().under(), wanted.get().purpose());
        } catch (IOException e) {
            app.terminal().note("aloft: the kept password cannot be read: " + e.getMessage());
            kept = Optional.empty();
        }
        return kept.isPresent() ? kept : isS3(drive) ? ofAws() : ofNextcloud(drive);
    }

    /** Whether the store asks for anything. */
    static boolean areNeeded(KnownDrive drive) {
        return wanted(drive).isPresent();
    }

    /** Whether what the store asks for belongs to this drive alone. */
    static boolean isOfDrive(KnownDrive drive) {
        return wanted(drive).filter(wanted -> wanted.purpose() == Purpose.PASSWORD).isPresent();
    }

    private static Optional<Wanted> wanted(KnownDrive drive) {
        return drive.place() instanceof Place.Cloud(aloft.store.Place place) ? switch (place) {
            case aloft.store.Place.Web web when web.user() != null ->
                Optional.of(new Wanted("password of " + web.user() + " at " + web.address().getHost(),
                        drive.name(), Purpose.PASSWORD));
            case S3Place s3 -> Optional.of(new Wanted("secret key for the bucket " + s3.bucket(),
                    drive.name(), Purpose.PASSWORD));
            case AccountPlace account -> Optional.of(new Wanted("login at " + account.account().title(),
                    account.account().scheme(), Purpose.LOGIN));
            case aloft.store.Place.Web _,aloft.store.Place.Folder _ -> Optional.empty();
        } : Optional.empty();
    }

    private static boolean isS3(KnownDrive drive) {
        return drive.place() instanceof Place.Cloud(S3Place _);
    }

    /** What a login by the browser left. */
    private Optional<char[]> ofNextcloud(KnownDrive drive) throws IOException {
        Optional<NextcloudPlace> at = drive.place() instanceof Place.Cloud(aloft.store.Place.Web web)
                ? NextcloudPlace.of(web)
                : Optional.empty();
        return at.isEmpty() ? Optional.empty() : app.secrets().find(at.get().key(), Purpose.LOGIN);
    }

    private Optional<char[]> ofAws() throws Problem, IOException {
        return new AwsProfile(app.environment(), app.folders().home()).keys()
                .map(keys -> new S3Keys(keys.id(), keys.secret(), keys.token()).write().toCharArray());
    }

    private Optional<char[]> ask(KnownDrive drive, Wanted wanted) {
        String question = capital(wanted.words()) + ": ";
        if (wanted.purpose() == Purpose.LOGIN) {
            return Optional.empty();
        } else if (!isS3(drive)) {
            return app.terminal().askHidden(question);
        }
        return app.terminal()
                .ask("Access key id: ")
                .flatMap(id -> app.terminal()
                        .askHidden(question)
                        .map(secret -> new S3Keys(id, new String(secret), null).write().toCharArray()));
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
