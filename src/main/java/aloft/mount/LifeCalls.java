package aloft.mount;

/** The callback about the life of the mount; arguments and result as in libfuse 2's fuse.h. */
final class LifeCalls {

    private final Runnable begun;

    /** @param begun what to do when the kernel begins to speak to the drive; never throws */
    LifeCalls(Runnable begun) {
        this.begun = begun;
    }

    long init(long connection) {
        begun.run();
        return 0;
    }
}
