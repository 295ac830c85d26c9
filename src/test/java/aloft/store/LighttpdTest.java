package aloft.store;

class LighttpdTest extends DavContract {

    LighttpdTest() {
        super(Store.Promise.ATOMIC, false);
    }

    @Override
    protected Running run() throws Exception {
        return Running.of("lighttpd");
    }
}
