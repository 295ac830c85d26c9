package aloft.mount;

/** The callbacks about the life of the mount; arguments and results as in libfuse 2's fuse.h. */
final class LifeCalls {

    private final Runnable begins;
    private final Runnable ends;

    /**
     * @param begins what to do when the kernel begins to speak to the drive; never throws
     * @param ends   what to do when it has ended; never throws
     */
    LifeCalls(Runnable begins, Runnable ends) {
        this.begins = begins;
        this.ends = ends;
    }

    long init(long connection) {
        begins.run();
        return 0;
    }

    long destroy(long data) {
        ends.run();
        return 0;
    }
}
