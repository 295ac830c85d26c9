package aloft.store;

class ApacheDigestTest extends DavContract {

    ApacheDigestTest() {
        super(Store.Promise.LEASE, false);
    }

    @Override
    protected Running run() throws Exception {
        return Running.of("apache-digest");
    }

    /** Apache takes the length before it opens the file. */
    @Override
    protected boolean readsWholeWhileReplaced() {
        return false;
    }
}
