package aloft.store;

import org.junit.jupiter.api.Tag;

@Tag("sabre")
class SabreTest extends DavContract {

    SabreTest() {
        super(Store.Promise.LEASE, true);
    }

    @Override
    protected Running run() throws Exception {
        return Running.of("sabre");
    }
}
