package aloft.sync;

import aloft.failure.Failure;

/**
 * Is told what the downloads find out. Called on whichever thread found it, which waits: it must be quick
 * and must not call back.
 */
public interface DownloadListener {

    /** @param now whether the cloud answered the last request */
    default void online(boolean now) {}

    /** A part does not authenticate, however often it is fetched. Told once, until it is healed. */
    default void damaged(Damage damage, Failure why) {}

    /** A part that was damaged reads well. */
    default void healed(Damage damage) {}
}
