package aloft.store;

class ApacheDigestTest extends DavContract {

    ApacheDigestTest() {
        super("apache-digest", Store.Promise.LEASE, false);
    }

    /** Apache takes the length before it opens the file. */
    @Override
    protected boolean readsWholeWhileReplaced() {
        return false;
    }
}
