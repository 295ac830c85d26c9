package aloft.store;

/** For tests of what lies above the stores. */
public final class OneWriter {

    private OneWriter() {}

    /** The store as the device sees it that has the id. */
    public static Store of(Store store, String writer) {
        return new OneWriterStore(store, writer);
    }
}
