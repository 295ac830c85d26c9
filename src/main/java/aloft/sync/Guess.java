package aloft.sync;

/**
 * Something that may be read soon. What it brought stays in the cache until it is closed; closing it
 * breaks off what has not come yet, unless somebody else wants that.
 */
public final class Guess implements AutoCloseable {

    private final Claim claim;

    Guess(Claim claim) {
        this.claim = claim;
    }

    /** Must be called once. */
    @Override
    public void close() {
        claim.close();
    }
}
