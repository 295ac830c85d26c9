package aloft.store;

class ApacheTest extends DavContract {

    ApacheTest() {
        super("apache", Store.Promise.LEASE, false);
    }

    /** Apache takes the length before it opens the file. */
    @Override
    protected boolean readsWholeWhileReplaced() {
        return false;
    }
}
