package aloft.store;

import org.jspecify.annotations.Nullable;

/**
 * Who the user is to a store.
 *
 * @param user null when the place says it, or when none is needed
 * @param password null when none is needed
 */
public record Credentials(@Nullable String user, @Nullable String password) {

    public static final Credentials NONE = new Credentials(null, null);

    /** Without the password. */
    @Override
    public String toString() {
        return "Credentials[" + user + "]";
    }
}
