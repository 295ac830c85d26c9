package aloft.store;

class NginxTest extends DavContract {

    NginxTest() {
        super("nginx", Store.Promise.LEASE, false);
    }
}
