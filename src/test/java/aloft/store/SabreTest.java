package aloft.store;

class SabreTest extends DavContract {

    SabreTest() {
        super(Store.Promise.LEASE, true);
    }

    @Override
    protected Running run() throws Exception {
        return Running.of("sabre");
    }
}
