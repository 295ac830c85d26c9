package aloft.store;

class ApacheDigestTest extends DavContract {

    ApacheDigestTest() {
        super(Store.Promise.LEASE, false);
    }

    @Override
    protected Running run() throws Exception {
        return Running.of("apache-digest");
    }
}
