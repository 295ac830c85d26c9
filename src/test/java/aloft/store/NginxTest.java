package aloft.store;

class NginxTest extends DavContract {

    NginxTest() {
        super(Store.Promise.LEASE, false);
    }

    @Override
    protected Running run() throws Exception {
        return Running.of("nginx");
    }
}
