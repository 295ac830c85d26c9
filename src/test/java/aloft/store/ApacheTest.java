package aloft.store;

class ApacheTest extends DavContract {

    ApacheTest() {
        super(Store.Promise.LEASE, false);
    }

    @Override
    protected Running run() throws Exception {
        return Running.of("apache");
    }

    /** Apache takes the length before it opens the file. */
    @Override
    protected boolean readsWholeWhileReplaced() {
        return false;
    }
}
