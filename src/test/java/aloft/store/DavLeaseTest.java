package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Writers that die or sleep, on a server that knows no conditions; a pause only moves the test's clock. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DavLeaseTest {

    private static final byte[] OURS = StoreContract.bytes(1, 1_000);
    private static final byte[] THEIRS = StoreContract.bytes(2, 1_000);

    private final Http http = new Http(Http.Times.USUAL, null);
    private final CountDownLatch open = new CountDownLatch(1);
    private DavTestServer server;
    private Dav dav;
    private DavFolders folders;
    private long now;
    private int places;

    private final Patience patience = new Patience(Duration.ofSeconds(2), Duration.ofSeconds(2),
            Duration.ofMinutes(2), () -> now, new Random(3), (_, time) -> {
                now += time.toNanos();
                return false;
            });

    @BeforeAll
    void start() throws Exception {
        server = DavTestServer.start("nginx");
    }

    @AfterAll
    void stop() throws Exception {
        http.close();
        server.close();
    }

    @BeforeEach
    void newPlace() throws Exception {
        now = 0;
        dav = new Dav(http, HttpUrl.get(server.url() + ++places + "/"),
                okhttp3.Credentials.basic("user", "pass"));
        folders = new DavFolders(dav, true);
        folders.make("m");
        folders.make(DavLease.FOLDER);
    }

    private LeaseWriter writer(String key) {
        return new LeaseWriter(dav, folders, patience, open, key);
    }

    private LeaseWriter entered(String key, byte[] body) throws Exception {
        LeaseWriter writer = writer(key);
        writer.begin(DavLease.nonce(patience));
        dav.put(writer.bytes(), body);
        assertThat(writer.enter(true)).isEqualTo(DavLease.Result.YES);
        return writer;
    }

    @Test
    void putsOutAWriterThatIsGoneAndWhatItLeft() throws Exception {
        LeaseWriter gone = entered("m/1", THEIRS);
        var lease = new DavLease(dav, folders, patience);
        assertThat(lease.claim("m/1", OURS)).isTrue();
        assertThat(Duration.ofNanos(now)).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(60));
        assertThat(dav.exists(gone.bytes())).isFalse();
        lease.close();
        assertThat(new DavListing(dav).names(DavLease.FOLDER + "/")).isEmpty();
        assertThat(new DavListing(dav).names("m/")).containsExactly("1");
    }

    @Test
    void aWriterThatWasPutOutCanMoveNothing() throws Exception {
        LeaseWriter asleep = entered("m/1", THEIRS);
        var lease = new DavLease(dav, folders, patience);
        assertThat(lease.claim("m/2", OURS)).isTrue();
        assertThat(dav.move(asleep.bytes(), "m/1", false)).isEqualTo(Dav.Outcome.NOTHING_THERE);
        assertThat(dav.exists("m/1")).isFalse();
        asleep.clear();
    }

    @Test
    void waitsForAWriterThatIsAliveAndGivesUpInTime() throws Exception {
        LeaseWriter alive = entered("m/1", THEIRS);
        var impatient = new DavLease(dav, folders,
                patience.between(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(10)));
        assertThatThrownBy(() -> impatient.claim("m/2", OURS)).isInstanceOf(Failure.Busy.class);
        assertThat(dav.move(alive.bytes(), "m/1", false)).isEqualTo(Dav.Outcome.DONE);
        alive.clear();
        impatient.close();
        assertThat(new DavLease(dav, folders, patience).claim("m/2", OURS)).isTrue();
    }

    @Test
    void aWaitEndsWhenTheObjectIsThere() throws Exception {
        LeaseWriter other = entered("m/1", THEIRS);
        dav.move(other.bytes(), "m/1", false);
        assertThat(new DavLease(dav, folders, patience).claim("m/1", OURS)).isFalse();
        assertThat(Duration.ofNanos(now)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void takesNoNoticeOfForeignFilesInItsFolder() throws Exception {
        dav.put(DavLease.FOLDER + "/notes.txt", new byte[1]);
        assertThat(new DavLease(dav, folders, patience).claim("m/1", OURS)).isTrue();
        assertThat(now).isZero();
    }

    @Test
    void makesItsFolderAgain() throws Exception {
        dav.delete("~aloft/");
        dav.delete("m/");
        assertThat(new DavLease(dav, folders, patience).claim("m/1", OURS)).isTrue();
    }
}
