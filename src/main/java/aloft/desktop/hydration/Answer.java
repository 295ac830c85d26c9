package aloft.desktop.hydration;

/** What a program gets that opens a file of which something is not on this device. */
public enum Answer {
    FETCH,
    /** Fetches, but a small first read brings nothing along. */
    FETCH_GENTLY,
    /** Refused, and the user should be asked about the program. */
    ASK,
    REFUSE;

    public boolean refuses() {
        return this == ASK || this == REFUSE;
    }
}
