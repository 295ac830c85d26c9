package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Logins, limits and faults that every cloud with accounts has. */
abstract class AccountContract<F extends FakeCloud> {

    private final String scheme;
    private final List<Store> opened = new ArrayList<>();
    final F fake;
    /** What was kept in place of the login that the stores began with, in order. */
    final List<String> kept = new ArrayList<>();
    private final ReentrantLock held = new ReentrantLock();

    AccountContract(Account account, F fake) {
        this.scheme = account.scheme();
        this.fake = fake;
    }

    /** With a login as it is kept. */
    final Store open(String login) throws Failure {
        Store store = fake.store("/a/it's \u00e4", login, options());
        opened.add(store);
        return store;
    }

    final Store open() throws Failure {
        return open(fake.login(FakeCloud.REFRESH));
    }

    final Stores.Options options() {
        return new Stores.Options(false, false, null, new Circuit(System::nanoTime), new Random(1), null,
                new KeptLogin() {
                    @Override
                    public void keep(String login) {
                        assertThat(held.isHeldByCurrentThread()).isTrue();
                        kept.add(login);
                    }

                    @Override
                    public Optional<String> find() {
                        return kept.isEmpty() ? Optional.empty() : Optional.of(kept.getLast());
                    }

                    @Override
                    public Hold hold() {
                        held.lock();
                        return held::unlock;
                    }
                });
    }

    @AfterEach
    final void stop() {
        opened.forEach(Store::close);
        fake.close();
    }

    @Test
    void aTokenThatEndedIsReplacedInTheMiddleOfAClaim() throws Exception {
        Store store = open();
        assertThat(store.putIfAbsent("m/1", new byte[]{1})).isTrue();
        fake.endTokens();
        assertThat(store.putIfAbsent("m/2", new byte[]{2})).isTrue();
        assertThat(store.putIfAbsent("m/2", new byte[]{3})).isFalse();
        fake.endTokens();
        assertThat(store.get("m/2", 10).bytes()).containsExactly(2);
    }

    @Test
    void tokensThatEndInTheMiddleOfALongUploadLoseNothing() throws Exception {
        Store store = open();
        fake.tokenUses = 5;
        for (int i = 0; i < 24; i++) {
            byte[] body = StoreContract.bytes(i, 5_000_000 + i);
            store.put("o/" + i, body);
            assertThat(store.get("o/" + i, body.length).bytes()).isEqualTo(body);
            // so that the fake, which has all in memory, bears it
            store.delete("o/" + i);
        }
        assertThat(fake.granted).isGreaterThan(10);
    }

    @Test
    void aTokenThatOthersUsedUpIsReplacedOnceMore() throws Exception {
        Store store = open();
        store.put("o/0", new byte[1]);
        store.get("o/0", 1);
        fake.endTokens();
        fake.deadTokens.set(2);
        assertThat(store.get("o/0", 1).bytes()).hasSize(1);
        fake.deadTokens.set(Integer.MAX_VALUE);
        fake.endTokens();
        assertThatThrownBy(() -> store.put("o/1", new byte[1])).isInstanceOf(Failure.NeedsLogin.class);
        assertThat(fake.granted).isLessThan(20);
    }

    @Test
    void tokensThatManyUseUpTogetherAreNotTheEndOfTheLogin() throws Exception {
        Store store = open();
        store.put("o/0", new byte[1]);
        fake.tokenUses = 2;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var reads = new ArrayList<Future<?>>();
            for (int i = 0; i < 300; i++) {
                reads.add(threads.submit(() -> store.get("o/0", 1)));
            }
            for (Future<?> read : reads) {
                read.get();
            }
        }
    }

    @Test
    void twoProcessesTakeTurnsWithOneLogin() throws Exception {
        // as two drives in one account: each knows the login that it began with
        Store one = open();
        Store two = open();
        kept.add(fake.login(FakeCloud.REFRESH));
        for (int round = 0; round < 5; round++) {
            one.put("o/" + round, new byte[1]);
            fake.endTokens();
            assertThat(two.get("o/" + round, 1).bytes()).hasSize(1);
            fake.endTokens();
        }
    }

    @Test
    void whoIsNotLoggedInYetGoesOnAfterTheLogin() throws Exception {
        Store store = fake.store("/a", null, options());
        opened.add(store);
        assertThatThrownBy(() -> store.put("a", new byte[1])).isInstanceOf(Failure.NeedsLogin.class)
                .hasMessageContaining("aloft login " + scheme + ":");
        kept.add(fake.newLogin());
        store.put("a", new byte[1]);
        assertThat(store.get("a", 1).bytes()).hasSize(1);
    }

    @Test
    void manyAskForOneTokenTogether() throws Exception {
        Store store = open();
        store.put("o/0", new byte[1]);
        fake.endTokens();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var reads = new ArrayList<Future<?>>();
            for (int i = 0; i < 20; i++) {
                reads.add(threads.submit(() -> store.get("o/0", 1)));
            }
            for (Future<?> read : reads) {
                read.get();
            }
        }
        assertThat(fake.granted).isEqualTo(2);
    }

    @Test
    void aLoginThatWasTakenBackSaysWhatToDoAndANewOneIsTaken() throws Exception {
        Store store = open();
        store.put("a", new byte[]{1});
        fake.revoke();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> store.put("b", new byte[]{2})).isInstanceOf(Failure.NeedsLogin.class)
                    .hasMessageContaining("aloft login " + scheme + ":")
                    .hasMessageNotContaining(FakeCloud.REFRESH);
        }
        kept.add(fake.newLogin());
        store.put("b", new byte[]{2});
        assertThat(store.get("a", 1).bytes()).containsExactly(1);
        assertThat(store.get("b", 1).bytes()).containsExactly(2);
    }

    @Test
    void aWrongClientSaysSo() throws Exception {
        Store other = open(fake.login(FakeCloud.REFRESH).replace(FakeCloud.CLIENT, "another"));
        assertThatThrownBy(() -> other.put("a", new byte[1])).isInstanceOf(Failure.NeedsLogin.class)
                .hasMessageContaining("--client-id");
        assertThatThrownBy(() -> open("")).isInstanceOf(Failure.NeedsLogin.class)
                .hasMessageContaining("aloft login " + scheme + ":");
    }

    @Test
    void aLimitIsBusyAndAClaimThenDidNothing() throws Exception {
        Store store = open();
        assertThat(store.putIfAbsent("m/1", new byte[1])).isTrue();
        fake.busy.set(1);
        assertThatThrownBy(() -> store.putIfAbsent("m/2", new byte[1])).isInstanceOf(Failure.Busy.class);
        assertThat(store.putIfAbsent("m/2", new byte[1])).isTrue();
        fake.busy.set(1);
        assertThatThrownBy(() -> store.get("m/2", 1)).isInstanceOf(Failure.Busy.class);
    }

    @Test
    void aFullAccountIsFullUntilThereIsRoom() throws Exception {
        Store store = open();
        fake.quota = 6_000_000;
        store.put("a", new byte[900]);
        assertThatThrownBy(() -> store.put("b", new byte[6_000_000])).isInstanceOf(Failure.Full.class);
        assertThat(store.space()).isEqualTo(new Store.Space(6_000_000, 900));
        store.put("c", new byte[5_999_000]);
        assertThatThrownBy(() -> store.put("d", new byte[200])).isInstanceOf(Failure.Full.class)
                .hasMessageContaining("no space left");
        assertThat(store.get("a", 900).bytes()).hasSize(900);
        store.delete("c");
        store.put("d", new byte[200]);
        assertThat(store.get("d", 200).bytes()).hasSize(200);
    }
}
