package aloft.tree;

/**
 * Decides which programs may make the drive fetch content. Asked when a file is opened of which something is not on this
 * device; what is here wholly opens for everybody. Any thread; answers at once.
 */
public interface Hydration {

    /** Every program may. */
    Hydration ALWAYS = new Hydration() {
        @Override
        public Verdict opening(int caller, String path, long size) {
            return Verdict.FETCH;
        }

        @Override
        public boolean mayFetchHead() {
            return true;
        }
    };

    /**
     * @param caller process or thread, as the kernel tells; 0 when it cannot be seen from here
     * @param path   as in {@link Drive}
     * @param size   of the file in bytes
     */
    Verdict opening(int caller, String path, long size);

    /** Whether one more beginning of a file may be fetched for a program that looks at many. */
    boolean mayFetchHead();

    /** What the program gets. */
    enum Verdict {
        FETCH,
        /** Fetches, but a small first read brings nothing along. */
        FETCH_GENTLY,
        REFUSE
    }
}
