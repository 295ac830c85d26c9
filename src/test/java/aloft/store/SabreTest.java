package aloft.store;

class SabreTest extends DavContract {

    SabreTest() {
        super("sabre", Store.Promise.LEASE, true);
    }
}
