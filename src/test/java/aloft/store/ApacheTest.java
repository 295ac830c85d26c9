package aloft.store;

class ApacheTest extends DavContract {

    ApacheTest() {
        super(Store.Promise.LEASE, false);
    }

    @Override
    protected Running run() throws Exception {
        return Running.of("apache");
    }
}
