package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.Random;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;

/** Logins, limits and faults of OneDrive. */
class OneDriveStoreTest extends AccountContract<FakeOneDrive> {

    private final Store store;

    OneDriveStoreTest() throws IOException {
        super(Account.ONEDRIVE, new FakeOneDrive(0, ""));
        store = open();
    }

    @Test
    void aLoginThatWasReplacedIsKept() throws Exception {
        store.put("a", new byte[1]);
        fake.endTokens();
        store.put("b", new byte[1]);
        assertThat(kept).hasSize(2);
        assertThat(open(kept.getLast()).get("b", 1).bytes()).hasSize(1);
        kept.clear();
        assertThatThrownBy(() -> open().get("b", 1)).isInstanceOf(Failure.NeedsLogin.class)
                .hasMessageContaining("aloft login onedrive:");
    }

    @Test
    void aLoginThatAnotherDriveReplacedIsFound() throws Exception {
        Store other = open();
        store.put("a", new byte[1]);
        assertThat(other.get("a", 1).bytes()).hasSize(1);
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
    void logsInByTheBrowserAndBack() throws Exception {
        var back = URI.create("http://localhost:1234");
        HttpUrl url = HttpUrl.get(fake.url());
        HttpUrl tokens = url.newBuilder().addPathSegments("common/oauth2/v2.0/token").build();
        try (var login = new Accounts(Account.ONEDRIVE, FakeCloud.CLIENT, null, options(), new Random(7),
                tokens, url)) {
            HttpUrl address = HttpUrl.get(login.address(back).toString());
            assertThat(address.queryParameter("redirect_uri")).isEqualTo("http://localhost:1234");
            assertThat(address.queryParameter("state")).isEqualTo(login.state());
            assertThat(address.queryParameter("scope"))
                    .isEqualTo("offline_access Files.ReadWrite.AppFolder");
            AccountKeys keys = login.redeem(fake.allow(address.queryParameter("code_challenge")), back);
            open(keys.write()).put("a", new byte[1]);
            assertThat(login.revoke(keys.write())).isPresent();
        }
    }
}
