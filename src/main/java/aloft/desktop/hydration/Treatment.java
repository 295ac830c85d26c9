package aloft.desktop.hydration;

/** How a program is treated that opens what is not on this device. */
public enum Treatment {
    /** Fetches whatever it reads. */
    ALLOW("allow"),
    /** A file manager: fetches what it reads; a look at a file's beginning brings no more than that. */
    BROWSE("browse"),
    /** Fetches until it opens too much in a short time, then the user is asked; unless it has a terminal. */
    WATCH("watch"),
    /** The user is asked. */
    ASK("ask"),
    /** Reads what is on this device; the rest is refused. */
    CACHED_ONLY("cached-only");

    private final String word;

    Treatment(String word) {
        this.word = word;
    }

    /** As in the file of rules. */
    String word() {
        return word;
    }

    boolean refuses() {
        return this == CACHED_ONLY || this == ASK;
    }
}
