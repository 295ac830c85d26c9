package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;

/** Logins, limits and faults of Dropbox. */
class DropboxStoreTest extends AccountContract<FakeDropbox> {

    private final HttpUrl url = HttpUrl.get(fake.url());
    private final Store store;

    DropboxStoreTest() throws IOException {
        super(Account.DROPBOX, new FakeDropbox(0, true));
        store = open();
    }

    @Test
    void aTokenIsReplacedBeforeItsEnd() throws Exception {
        var clock = new AtomicLong();
        try (var http = new Http(Http.Times.USUAL, null)) {
            var tokens = new AccessTokens(http, url.newBuilder().addPathSegments("oauth2/token").build(),
                    Account.DROPBOX, new AccountKeys(FakeDropbox.CLIENT, null, FakeDropbox.REFRESH),
                    clock::get, KeptLogin.NOWHERE);
            String first = tokens.get();
            clock.set(Duration.ofSeconds(fake.lasts).minusMinutes(6).toNanos());
            assertThat(tokens.get()).isEqualTo(first);
            clock.set(Duration.ofSeconds(fake.lasts).minusMinutes(4).toNanos());
            assertThat(tokens.get()).isNotEqualTo(first);
        }
    }

    @Test
    void theSameBytesOnceMoreAreNoClaim() throws Exception {
        assertThat(store.putIfAbsent("m/1", new byte[]{1})).isTrue();
        assertThat(store.putIfAbsent("m/1", new byte[]{1})).isFalse();
    }

    @Test
    void aVersionThatIsNoneIsNotAsked() throws Exception {
        store.put("a", new byte[1]);
        int before = fake.requests;
        assertThat(store.replace("a", new byte[2], "nonsense")).isFalse();
        assertThat(fake.requests).isEqualTo(before);
    }

    @Test
    void hashesBlockByBlock() {
        assertThat(Dropbox.contentHash(new byte[0]))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        byte[] two = new byte[(4 << 20) + 1];
        var hashes = new byte[64];
        System.arraycopy(Hashes.sha256().digest(new byte[4 << 20]), 0, hashes, 0, 32);
        System.arraycopy(Hashes.sha256().digest(new byte[1]), 0, hashes, 32, 32);
        assertThat(Dropbox.contentHash(two)).isEqualTo(Hashes.sha256Hex(hashes));
    }

    @Test
    void logsInWithTheSecretThatWasShownAsItsHash() throws Exception {
        try (var login = new Accounts(Account.DROPBOX, FakeDropbox.CLIENT, null, options(), new Random(7),
                new Dropbox.Hosts(url, url, url).tokens(), url)) {
            String address = login.address(null).toString();
            assertThat(address).startsWith("https://www.dropbox.com/oauth2/authorize?")
                    .contains("code_challenge_method=S256", "token_access_type=offline");
            String challenge = address.replaceAll(".*code_challenge=([^&]+).*", "$1");
            AccountKeys keys = login.redeem(fake.allow(challenge), null);
            assertThat(keys.toString()).doesNotContain(keys.refresh());
            open(keys.write()).put("a", new byte[1]);
            assertThatThrownBy(() -> login.redeem(fake.allow("of another"), null)).isInstanceOf(
                    Failure.NeedsLogin.class);
            assertThat(login.revoke(keys.write())).isEmpty();
        }
        assertThatThrownBy(() -> store.put("a", new byte[1])).isInstanceOf(Failure.NeedsLogin.class);
    }

    @Test
    void argumentsAreAsciiForTheHeader() {
        assertThat(JsonText.object("a", "ä\"\\\n\u007f", "b", 1, "c", true, "d", JsonText.object()).json())
                .isEqualTo("{\"a\":\"\\u00e4\\\"\\\\\\u000a\\u007f\",\"b\":1,\"c\":true,\"d\":{}}");
    }

    @Test
    void anAnswerThatIsNoJsonIsRefused() throws IOException {
        for (String odd : new String[]{"", "[]", "{", "nonsense", "{\"a\":[[[}"}) {
            assertThatThrownBy(() -> FakeJson.has(odd, "a")).hasMessageContaining("JSON");
        }
    }

    @Test
    void waitsForWhatAnotherDevicePuts() throws Exception {
        store.put("m/1", new byte[1]);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<byte[]>> waiting = threads
                    .submit(() -> store.await("m/2", 10, Duration.ofSeconds(50)));
            fake.awaitPoll();
            store.put("o/1", new byte[3]);
            assertThat(waiting.isDone()).isFalse();
            store.putIfAbsent("m/2", new byte[]{7});
            assertThat(waiting.get()).contains(new byte[]{7});
        }
        assertThat(store.canAwait()).isTrue();
        assertThat(fake.polls).isEqualTo(1);
        assertThat(fake.seenAuthorization).isEmpty();
    }

    @Test
    void waitsForTheFirstObjectOfAFolderThatIsNotThereYet() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<byte[]>> waiting = threads
                    .submit(() -> store.await("m/1", 10, Duration.ofSeconds(50)));
            fake.awaitPoll();
            store.putIfAbsent("m/1", new byte[]{7});
            assertThat(waiting.get()).contains(new byte[]{7});
        }
        assertThat(store.canAwait()).isTrue();
    }

    @Test
    void doesNotWaitWhereDropboxDoesNotLet() throws Exception {
        store.put("m/1", new byte[]{1});
        fake.backoff = 60;
        assertThat(store.await("m/2", 10, Duration.ofSeconds(50))).isEmpty();
        assertThat(store.canAwait()).isFalse();
        assertThat(store.await("m/1", 10, Duration.ofSeconds(50))).contains(new byte[]{1});
    }
}
