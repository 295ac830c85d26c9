package aloft.desktop;

import java.io.IOException;
import java.util.Optional;

/** One way to keep the secrets of drives over a restart. */
interface Keeper {

    /** The caller wipes what it gets. */
    Optional<char[]> find(String drive, Purpose purpose) throws IOException;

    /**
     * Keeps the secret in place of an older one.
     *
     * @return where, in words that follow "kept in"
     */
    String keep(String drive, Purpose purpose, char[] secret) throws IOException;

    /** Nothing happens when there is none. */
    void forget(String drive, Purpose purpose) throws IOException;
}
