package aloft.store;

class LighttpdTest extends DavContract {

    LighttpdTest() {
        super("lighttpd", Store.Promise.ATOMIC, false);
    }
}
