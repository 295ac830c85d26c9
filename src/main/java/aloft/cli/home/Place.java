package aloft.cli.home;

import aloft.store.S3Place;
import java.nio.file.Path;

/** Where a drive's vault lies: in the cloud that Aloft serves itself, or in one of the user's. */
public sealed interface Place {

    /** The longest suggestion for a name. */
    int NAME_LENGTH = 40;

    /** As it stands in the configuration, and as the user may type it. */
    String text();

    /** The last part of it, made fit for the name of a drive. */
    String suggestedName();

    /** Whether the user means this place with that one, which may say less of it. */
    default boolean isMeantBy(Place typed) {
        return equals(typed) || this instanceof Cloud(S3Place known) && typed instanceof Cloud(S3Place said)
                && known.isMeantBy(said);
    }

    /** The cloud that the drive's own process serves, for this computer alone. */
    record Embedded() implements Place {

        static final String TEXT = "embedded";

        @Override
        public String text() {
            return TEXT;
        }

        @Override
        public String suggestedName() {
            return "home";
        }
    }

    record Cloud(aloft.store.Place place) implements Place {

        @Override
        public String text() {
            return place.toString();
        }

        @Override
        public String suggestedName() {
            String name = place.name()
                    .replaceAll("[^\\p{L}\\p{N}._-]+", "-")
                    .replaceAll("^[-._]+|[-._]+$", "");
            String usable = name.length() > NAME_LENGTH ? name.substring(0, NAME_LENGTH) : name;
            return usable.isEmpty() ? "drive" : usable;
        }
    }

    /** Understands what the user typed. */
    static Place parse(String typed) throws Problem {
        if (typed.equals(Embedded.TEXT)) {
            return new Embedded();
        }
        try {
            return new Cloud(aloft.store.Place.parse(typed));
        } catch (IllegalArgumentException e) {
            String message = e.getMessage();
            throw new Problem(Exit.USAGE, message == null ? "'" + typed + "' is no place." : message, e);
        }
    }

    /** The folder as a place. */
    static Place of(Path folder) {
        return new Cloud(new aloft.store.Place.Folder(folder));
    }
}
