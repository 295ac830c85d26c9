package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Logins, limits and faults of OneDrive. */
class OneDriveStoreTest {

    private final FakeOneDrive fake;
    private final HttpUrl url;
    private final List<String> rotated = new ArrayList<>();
    private final OneDriveStore store;

    OneDriveStoreTest() throws Exception {
        fake = new FakeOneDrive(0, "");
        url = HttpUrl.get(fake.url());
        store = open(FakeCloud.REFRESH);
    }

    private OneDriveStore open(String refresh) throws Failure {
        return Stores.oneDrive(new AccountPlace(Account.ONEDRIVE, ""),
                new Credentials(null, refresh + "\n" + FakeCloud.CLIENT), options(), Http.Times.USUAL,
                url.newBuilder().addPathSegments("v1.0/").build(), logins());
    }

    private Stores.Options options() {
        return new Stores.Options(false, false, null, new Circuit(System::nanoTime), new Random(1), null,
                rotated::add);
    }

    private HttpUrl logins() {
        return url.newBuilder().addPathSegments("common/oauth2/v2.0/").build();
    }

    @AfterEach
    void stop() {
        store.close();
        fake.close();
    }

    @Test
    void aLoginThatWasReplacedIsKept() throws Exception {
        store.put("a", new byte[1]);
        fake.endTokens();
        store.put("b", new byte[1]);
        assertThat(rotated).hasSize(2);
        try (OneDriveStore later = open(rotated.getLast().lines().findFirst().orElseThrow())) {
            assertThat(later.get("b", 1).bytes()).hasSize(1);
        }
        try (OneDriveStore old = open(FakeCloud.REFRESH)) {
            assertThatThrownBy(() -> old.get("b", 1)).isInstanceOf(Failure.NeedsLogin.class)
                    .hasMessageContaining("aloft login onedrive:");
        }
    }

    @Test
    void aTokenThatEndedIsReplacedInTheMiddleOfAClaim() throws Exception {
        assertThat(store.putIfAbsent("m/1", new byte[1])).isTrue();
        fake.endTokens();
        assertThat(store.putIfAbsent("m/2", new byte[1])).isTrue();
        assertThat(store.putIfAbsent("m/2", new byte[1])).isFalse();
    }

    @Test
    void largeClaimsHaveOneWinnerToo() throws Exception {
        byte[] body = new byte[5_000_000];
        body[7] = 7;
        assertThat(store.putIfAbsent("m/1", body)).isTrue();
        assertThat(store.putIfAbsent("m/1", new byte[6_000_000])).isFalse();
        assertThat(store.get("m/1", 10_000_000).bytes()).isEqualTo(body);
    }

    @Test
    void theTokenIsNotSentToAddressesThatNeedNone() throws Exception {
        store.put("o/1", new byte[5_000_000]);
        store.get("o/1", 5_000_000);
        assertThat(fake.seenAuthorization).isEmpty();
    }

    @Test
    void anAddressThatIsOverIsAskedForAgain() throws Exception {
        store.put("o/1", new byte[]{1, 2, 3});
        read();
        int before = fake.requests;
        assertThat(read()).containsExactly(2, 3);
        assertThat(fake.requests - before).isEqualTo(1);
        fake.addressesOver = true;
        assertThat(read()).containsExactly(2, 3);
    }

    private byte[] read() throws Exception {
        var out = new ByteArrayOutputStream();
        store.read("o/1", 1, 2, out::write);
        return out.toByteArray();
    }

    @Test
    void whereNothingIsPromisedNothingIs() throws Exception {
        fake.honours = false;
        assertThat(store.promise()).isEqualTo(Store.Promise.NONE);
        assertThat(store.putIfAbsent("m/1", new byte[]{1})).isTrue();
        assertThat(store.putIfAbsent("m/1", new byte[]{2})).isFalse();
    }

    @Test
    void aFullAccountIsFullAndALimitBusy() throws Exception {
        fake.quota = 1_000;
        store.put("a", new byte[900]);
        assertThatThrownBy(() -> store.put("b", new byte[200])).isInstanceOf(Failure.Full.class);
        assertThat(store.space()).isEqualTo(new Store.Space(1_000, 900));
        fake.busy.set(1);
        assertThatThrownBy(() -> store.get("a", 1_000)).isInstanceOf(Failure.Busy.class);
    }

    @Test
    void logsInByTheBrowserAndBack() throws Exception {
        var back = URI.create("http://localhost:1234");
        try (var login = new Accounts(Account.ONEDRIVE, FakeCloud.CLIENT, null, options(), new Random(7),
                logins().newBuilder().addPathSegment("token").build(), url)) {
            HttpUrl address = HttpUrl.get(login.address(back).toString());
            assertThat(address.queryParameter("redirect_uri")).isEqualTo("http://localhost:1234");
            assertThat(address.queryParameter("state")).isEqualTo(login.state());
            assertThat(address.queryParameter("scope"))
                    .isEqualTo("offline_access Files.ReadWrite.AppFolder");
            AccountKeys keys = login.redeem(fake.allow(address.queryParameter("code_challenge")), back);
            try (OneDriveStore other = open(keys.refresh())) {
                other.put("a", new byte[1]);
            }
            assertThat(login.revoke(keys.write())).isPresent();
        }
    }
}
