package aloft.cli;

import aloft.cli.home.AwsProfile;
import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.Place;
import aloft.cli.home.Problem;
import aloft.desktop.Purpose;
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

    /** Password or keys of the drive's store; null when it asks for none. The caller wipes it. */
    char @Nullable [] ofStoreOrNull(KnownDrive drive, SecretOptions options) throws Problem, IOException {
        Optional<String> who = who(drive);
        if (who.isEmpty()) {
            return null;
        }
        Optional<char[]> given = options.password();
        Optional<char[]> known = given.isPresent() ? given : kept(drive);
        return known.or(() -> ask(drive, who.get()))
                .orElseThrow(() -> new Problem(Exit.USAGE,
                        "The " + who.get() + " is needed: use --password-file FILE."));
    }

    /** The same without asking anybody; empty also when none is needed. The caller wipes it. */
    Optional<char[]> kept(KnownDrive drive) throws Problem, IOException {
        if (who(drive).isEmpty()) {
            return Optional.empty();
        }
        Optional<char[]> kept;
        try {
            kept = app.secrets().find(drive.name(), Purpose.PASSWORD);
        } catch (IOException e) {
            app.terminal().note("aloft: the kept password cannot be read: " + e.getMessage());
            kept = Optional.empty();
        }
        return kept.isPresent() || !isS3(drive) ? kept : ofAws();
    }

    /** Whether the store asks for anything. */
    static boolean areNeeded(KnownDrive drive) {
        return who(drive).isPresent();
    }

    private static Optional<String> who(KnownDrive drive) {
        return drive.place() instanceof Place.Cloud(aloft.store.Place place) ? switch (place) {
            case aloft.store.Place.Web web when web.user() != null ->
                Optional.of("password of " + web.user() + " at " + web.address().getHost());
            case S3Place s3 -> Optional.of("secret key for the bucket " + s3.bucket());
            case aloft.store.Place.Web _,aloft.store.Place.Folder _ -> Optional.empty();
        } : Optional.empty();
    }

    private static boolean isS3(KnownDrive drive) {
        return drive.place() instanceof Place.Cloud(S3Place _);
    }

    private Optional<char[]> ofAws() throws Problem, IOException {
        return new AwsProfile(app.environment(), app.folders().home()).keys()
                .map(keys -> new S3Keys(keys.id(), keys.secret(), keys.token()).write().toCharArray());
    }

    private Optional<char[]> ask(KnownDrive drive, String who) {
        if (!isS3(drive)) {
            return app.terminal().askHidden(capital(who) + ": ");
        }
        return app.terminal()
                .ask("Access key id: ")
                .flatMap(id -> app.terminal()
                        .askHidden(capital(who) + ": ")
                        .map(secret -> new S3Keys(id, new String(secret), null).write().toCharArray()));
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
