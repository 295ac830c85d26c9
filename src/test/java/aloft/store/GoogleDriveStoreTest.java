package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;

/** Logins, limits and faults of Google Drive. */
class GoogleDriveStoreTest extends AccountContract<FakeGoogleDrive> {

    private final Store store;

    GoogleDriveStoreTest() throws IOException {
        super(Account.GDRIVE, new FakeGoogleDrive(0, ""));
        store = open();
    }

    @Test
    void manyFirstPacksTakeFewRequests() throws Exception {
        Store store = open();
        store.put("a", new byte[1]);
        int before = fake.requests;
        try (var threads = Executors.newFixedThreadPool(4)) {
            var puts = new ArrayList<Future<?>>();
            for (int i = 0; i < 40; i++) {
                String key = "o/" + i + "/pack";
                puts.add(threads.submit(() -> {
                    store.put(key, new byte[1000]);
                    return true;
                }));
            }
            for (Future<?> put : puts) {
                put.get();
            }
        }
        assertThat(fake.requests - before).isLessThan(40 * 6);
        for (int i = 0; i < 40; i++) {
            assertThat(store.get("o/" + i + "/pack", 1000).bytes()).hasSize(1000);
        }
    }

    @Test
    void whatASearchDoesNotShowYetIsStillClaimed() throws Exception {
        Store other = open();
        assertThat(store.putIfAbsent("m/1", new byte[]{1})).isTrue();
        assertThat(other.putIfAbsent("m/1", new byte[]{2})).isFalse();
        fake.lag = true;
        assertThat(store.putIfAbsent("m/2", new byte[]{3})).isTrue();
        assertThat(other.putIfAbsent("m/2", new byte[]{4})).isFalse();
        assertThat(other.get("m/2", 1).bytes()).containsExactly(3);
        assertThat(open().get("m/2", 1).bytes()).containsExactly(3);
        assertThat(open().putIfAbsent("m/2", new byte[]{5})).isFalse();
    }

    @Test
    void aReplacementThatASearchDoesNotShowYetIsFound() throws Exception {
        store.put("vault.json", new byte[]{1});
        Store other = open();
        String first = other.get("vault.json", 1).version();
        fake.lag = true;
        assertThat(store.replace("vault.json", new byte[]{2}, first)).isTrue();
        assertThat(other.replace("vault.json", new byte[]{3}, first)).isFalse();
        assertThat(other.get("vault.json", 1).bytes()).containsExactly(2);
        assertThat(open().get("vault.json", 1).bytes()).containsExactly(2);
    }

    @Test
    void theNextClaimIsFoundWhenTheLastOnesAreDeleted() throws Exception {
        for (int i = 1; i <= 5; i++) {
            assertThat(store.putIfAbsent("m/" + i, new byte[]{1})).isTrue();
        }
        for (int i = 5; i >= 1; i--) {
            store.delete("m/" + i);
        }
        Store other = open();
        assertThat(store.putIfAbsent("m/6", new byte[]{1})).isTrue();
        assertThat(other.putIfAbsent("m/6", new byte[]{2})).isFalse();
        assertThat(open().putIfAbsent("m/6", new byte[]{2})).isFalse();
    }

    @Test
    void devicesThatBeginInTheSameMomentUseOneFolder() throws Exception {
        try (var race = new Race(() -> open())) {
            assertThat(race.run((one, writer) -> one.putIfAbsent("m/1", new byte[]{(byte) writer})))
                    .containsOnlyOnce(true);
        }
    }

    @Test
    void whereIdsDoNotExcludeEachOtherNothingIsPromised() throws Exception {
        fake.excludes = false;
        assertThat(store.promise()).isEqualTo(Store.Promise.NONE);
        assertThat(store.putIfAbsent("m/1", new byte[]{1})).isTrue();
        assertThat(store.putIfAbsent("m/1", new byte[]{2})).isFalse();
        String version = store.get("m/1", 1).version();
        assertThat(store.replace("m/1", new byte[]{3}, version)).isTrue();
        assertThat(store.replace("m/1", new byte[]{4}, version)).isFalse();
    }

    @Test
    void aBrokenUploadGoesOnWhereItStood() throws Exception {
        byte[] body = new byte[9 << 20];
        new Random(5).nextBytes(body);
        fake.breaks = 3;
        store.put("o/1", body);
        assertThat(fake.breaks).isZero();
        assertThat(store.get("o/1", 10 << 20).bytes()).isEqualTo(body);
        fake.breaks = 1;
        assertThat(store.putIfAbsent("m/1", body)).isTrue();
        assertThat(store.putIfAbsent("m/1", body)).isFalse();
    }

    @Test
    void whatArrivesSpoiledDoesNotCount() throws Exception {
        store.put("o/0", new byte[1]);
        fake.spoils = true;
        assertThatThrownBy(() -> store.put("o/1", new byte[100])).isInstanceOf(Failure.Unreachable.class);
        fake.spoils = false;
    }

    @Test
    void aPutIsNoSecondFileWhenItsAnswerWasLost() throws Exception {
        store.put("o/0", new byte[1]);
        fake.lag = true;
        fake.spoils = true;
        assertThatThrownBy(() -> store.put("o/1", new byte[100])).isInstanceOf(Failure.class);
        fake.spoils = false;
        store.put("o/1", new byte[50]);
        fake.lag = false;
        var sizes = new ArrayList<Long>();
        store.list("o/", listed -> sizes.add(listed.size()));
        assertThat(sizes).containsExactlyInAnyOrder(1L, 50L);
    }

    @Test
    void aFolderThatIsAnotherOneIsFoundAgain() throws Exception {
        Store other = open();
        store.put("o/1", new byte[1]);
        assertThat(other.get("o/1", 1).bytes()).hasSize(1);
        fake.forgetAll();
        store.close();
        Store fresh = open();
        fresh.put("o/1", new byte[2]);
        assertThatThrownBy(() -> other.list("", _ -> {})).isInstanceOf(Failure.Busy.class);
        assertThat(other.get("o/1", 2).bytes()).hasSize(2);
    }

    @Test
    void aPollCostsTwoRequests() throws Exception {
        store.putIfAbsent("m/1", new byte[1]);
        assertThatThrownBy(() -> store.get("m/2", 1)).isInstanceOf(Failure.Missing.class);
        int before = fake.requests;
        assertThatThrownBy(() -> store.get("m/2", 1)).isInstanceOf(Failure.Missing.class);
        assertThat(fake.requests - before).isEqualTo(2);
        store.putIfAbsent("m/2", new byte[1]);
        var out = new ByteArrayOutputStream();
        before = fake.requests;
        store.read("m/2", 0, 1, out::write);
        assertThat(fake.requests - before).isEqualTo(1);
    }

    @Test
    void logsInByTheBrowserAndBack() throws Exception {
        var back = URI.create("http://localhost:1234");
        HttpUrl url = HttpUrl.get(fake.url());
        try (var login = new Accounts(Account.GDRIVE, FakeCloud.CLIENT, FakeGoogleDrive.SECRET, options(),
                new Random(7), url.newBuilder().addPathSegments("oauth2/token").build(), url)) {
            HttpUrl address = HttpUrl.get(login.address(back).toString());
            assertThat(address.queryParameter("redirect_uri")).isEqualTo("http://localhost:1234");
            assertThat(address.queryParameter("state")).isEqualTo(login.state());
            assertThat(address.queryParameter("scope"))
                    .isEqualTo("https://www.googleapis.com/auth/drive.file");
            assertThat(address.queryParameter("access_type")).isEqualTo("offline");
            AccountKeys keys = login.redeem(fake.allow(address.queryParameter("code_challenge")), back);
            open(keys.write()).put("a", new byte[1]);
            assertThat(login.revoke(keys.write())).isEmpty();
            fake.endTokens();
            assertThatThrownBy(() -> open(keys.write()).get("a", 1)).isInstanceOf(Failure.NeedsLogin.class);
        }
    }
}
