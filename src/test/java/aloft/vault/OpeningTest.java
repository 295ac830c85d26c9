package aloft.vault;

import static aloft.vault.VaultTest.FAST;
import static aloft.vault.VaultTest.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import aloft.format.Commit;
import aloft.store.FaultyStore;
import aloft.store.FaultyStore.Call;
import aloft.store.FaultyStore.Fault;
import aloft.store.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Making, opening and rekeying a vault, also when vault.json is damaged or the store is in trouble. */
class OpeningTest {

    private final MemoryStore memory = new MemoryStore();
    private final List<String> calls = new ArrayList<>();
    private final FaultyStore store = new FaultyStore(memory, new Random(1), new FaultyStore.Hooks() {
        @Override
        public void before(Call call, String key) {
            calls.add(call + " " + key);
        }
    });
    private final SecureRandom random = new SecureRandom();
    private Vault vault;
    private String recoveryKey;

    @BeforeEach
    void create() throws Exception {
        var created = Vault.create(store, secret("old"), FAST, random);
        vault = created.vault();
        recoveryKey = created.recoveryKey();
        calls.clear();
    }

    @Test
    void asksForVaultJsonAlone() throws Exception {
        open("old");
        assertThatThrownBy(() -> open("wrong")).isInstanceOf(Failure.WrongPassphrase.class);
        assertThat(calls).containsExactly("GET vault.json", "GET vault.json");
    }

    @Test
    void saysWhatIsWrongWithARecoveryKey() {
        String mistyped = recoveryKey.substring(0, 43) + (recoveryKey.endsWith("7") ? "8" : "7");
        assertThatThrownBy(() -> open(mistyped)).isInstanceOf(Failure.WrongPassphrase.class)
                .hasMessageContaining("typing mistake");
        String other = RecoveryKey.encode(new byte[20]);
        assertThatThrownBy(() -> open(other)).isInstanceOf(Failure.WrongPassphrase.class)
                .hasMessageStartingWith("Wrong passphrase:");
    }

    @Test
    void aPassphraseMayLookLikeARecoveryKey() throws Exception {
        vault.changePassphrase(secret(RecoveryKey.encode(new byte[20])), FAST);
        assertThat(open(RecoveryKey.encode(new byte[20])).id()).isEqualTo(vault.id());
        vault.changePassphrase(secret("1234-".repeat(9)), FAST);
        assertThat(open("1234-".repeat(9)).id()).isEqualTo(vault.id());
    }

    @Test
    void refusesWhereAVaultIsOrWas() throws Exception {
        assertThatThrownBy(() -> Vault.create(store, secret("x"), FAST, random))
                .isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("already");
        vault.publish(vault.seal(new Commit(1, 1, 0, 1, Map.of(), List.of()), new byte[32]));
        memory.delete(VaultFile.KEY);
        assertThatThrownBy(() -> Vault.create(store, secret("x"), FAST, random))
                .isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("vault.json is gone");
        assertThat(open("old").id()).as("by its backup").isEqualTo(vault.id());
        memory.delete(VaultFile.backupKey(1));
        assertThatThrownBy(() -> open("old")).isInstanceOf(Failure.Refused.class)
                .hasMessageStartingWith("There is no Aloft vault in memory: ");
    }

    @Test
    void createSettlesALostAnswerAndLivesWithoutABackup() throws Exception {
        var other = new FaultyStore(new MemoryStore(), new Random(1));
        other.next(Call.PUT_IF_ABSENT, Fault.LOST_ANSWER);
        Vault.create(other, secret("x"), FAST, random);

        var memory2 = new MemoryStore();
        var third = new FaultyStore(memory2, new Random(1), new FaultyStore.Hooks() {
        });
        third.next(Call.PUT, Fault.BUSY);
        assertThatThrownBy(() -> Vault.create(third, secret("x"), FAST, random))
                .isInstanceOf(Failure.Busy.class);
        assertThat(Vault.create(third, secret("x"), FAST, random).recoveryKey()).hasSize(44);
    }

    @Test
    void opensOfflineFromTheCopy() throws Exception {
        byte[] copy = vault.file();
        store.offline(true);
        assertThatThrownBy(() -> open("old")).isInstanceOf(Failure.Unreachable.class);
        assertThat(open("old", copy).id()).isEqualTo(vault.id());
        assertThatThrownBy(() -> open("wrong", copy)).isInstanceOf(Failure.WrongPassphrase.class);
        store.offline(false);
        memory.delete(VaultFile.KEY);
        memory.delete(VaultFile.backupKey(1));
        assertThat(open("old", copy).id()).isEqualTo(vault.id());
    }

    @Test
    void aNewPassphraseReplacesTheOldOne() throws Exception {
        byte[] localKey = vault.localKey("x");
        vault.changePassphrase(secret("new"), FAST);
        assertThat(vault.keyRevision()).isEqualTo(2);
        assertThatThrownBy(() -> open("old")).isInstanceOf(Failure.WrongPassphrase.class);
        assertThat(open("new").localKey("x")).isEqualTo(localKey);
        assertThat(open("new").keyRevision()).isEqualTo(2);
        assertThat(open(recoveryKey).id()).isEqualTo(vault.id());
        assertThat(calls).containsSubsequence("PUT vault.json.bak-2", "REPLACE vault.json",
                "DELETE vault.json.bak-1");
        assertThat(open("new").file()).isEqualTo(vault.file())
                .isEqualTo(memory.get(VaultFile.backupKey(2), 1 << 16).bytes());
    }

    @Test
    void aNewRecoveryKeyReplacesTheOldOne() throws Exception {
        String fresh = vault.replaceRecoveryKey();
        assertThatThrownBy(() -> open(recoveryKey)).isInstanceOf(Failure.WrongPassphrase.class);
        assertThat(open(fresh).keyRevision()).isEqualTo(2);
        assertThat(open("old").keyRevision()).isEqualTo(2);
    }

    @Test
    void buildsOnWhatAnotherDeviceChanged() throws Exception {
        Vault other = open("old");
        other.changePassphrase(secret("other"), FAST);
        String fresh = vault.replaceRecoveryKey();
        assertThat(vault.keyRevision()).isEqualTo(3);
        assertThat(open("other").keyRevision()).isEqualTo(3);
        assertThat(open(fresh).keyRevision()).isEqualTo(3);
        assertThatThrownBy(() -> open("old")).isInstanceOf(Failure.WrongPassphrase.class);
    }

    @Test
    void triesAgainWhenAnotherDeviceIsFaster() throws Exception {
        Vault other = open("old");
        var racing = new FaultyStore(memory, new Random(1), new FaultyStore.Hooks() {
            private boolean raced;

            @Override
            public void before(Call call, String key) {
                if (call == Call.REPLACE && !raced) {
                    raced = true;
                    try {
                        other.changePassphrase(secret("faster"), FAST);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        });
        Vault slow = Vault.open(racing, secret("old"), null, random);
        slow.replaceRecoveryKey();
        assertThat(slow.keyRevision()).isEqualTo(3);
        assertThat(open("faster").keyRevision()).isEqualTo(3);
    }

    @Test
    void settlesAnUnknownOutcomeOfTheReplacement() throws Exception {
        store.next(Call.REPLACE, Fault.LOST_ANSWER);
        vault.changePassphrase(secret("new"), FAST);
        assertThat(open("new").keyRevision()).isEqualTo(2);
        store.next(Call.REPLACE, Fault.LOST_REQUEST);
        assertThatThrownBy(() -> vault.changePassphrase(secret("newer"), FAST))
                .isInstanceOf(Failure.Unreachable.class);
        assertThat(open("new").keyRevision()).isEqualTo(2);
        assertThat(vault.keyRevision()).isEqualTo(2);
    }

    @Test
    void fallsBackToABackupAndRepairs() throws Exception {
        vault.changePassphrase(secret("new"), FAST);
        for (byte[] damaged : List.of(damaged("revision", "rivision"),
                damaged("\"roots\":\"A", "\"roots\":\"B"),
                new byte[0], new byte[100_000], "{}".getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(vault.file(), 500), damagedMac())) {
            memory.put(VaultFile.KEY, damaged);
            assertThat(open("new").keyRevision()).isEqualTo(2);
        }
        Vault repairing = open(recoveryKey);
        repairing.changePassphrase(secret("newest"), FAST);
        assertThat(open("newest").keyRevision()).isEqualTo(3);
        assertThat(memory.get(VaultFile.KEY, 1 << 16).bytes()).isEqualTo(repairing.file());
    }

    @Test
    void saysWhenThePassphraseIsRightButTheFileDamaged() throws Exception {
        memory.delete(VaultFile.backupKey(1));
        memory.put(VaultFile.KEY, damagedMac());
        assertThatThrownBy(() -> open("old")).isInstanceOf(Failure.Damaged.class)
                .hasMessageStartingWith("The passphrase is right, but vault.json in memory is damaged")
                .hasMessageContaining("restore");
        assertThatThrownBy(() -> open("wrong")).isInstanceOf(Failure.WrongPassphrase.class);
    }

    @Test
    void refusesDearParametersBeforeItPays() throws Exception {
        memory.delete(VaultFile.backupKey(1));
        for (String dear : List.of("\"m\":1048577", "\"m\":2147483647", "\"m\":7")) {
            memory.put(VaultFile.KEY, damaged("\"m\":64", dear));
            assertThatThrownBy(() -> open("old")).isInstanceOf(Failure.Damaged.class);
        }
        memory.put(VaultFile.KEY, damaged("\"t\":1", "\"t\":17"));
        assertThatThrownBy(() -> open("old")).isInstanceOf(Failure.Damaged.class);
        memory.put(VaultFile.KEY, damaged("\"p\":1", "\"p\":17"));
        assertThatThrownBy(() -> open("old")).isInstanceOf(Failure.Damaged.class);
        memory.put(VaultFile.KEY, damaged("\"m\":64", "\"m\":1048576"));
        assertThatThrownBy(() -> open("old")).isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("1024 MiB");
    }

    @Test
    void keepsSlotsAndMembersThatItDoesNotKnow() throws Exception {
        Keys keys = keys();
        VaultFile file = VaultFile.parse(vault.file());
        var slots = new ArrayList<>(file.slots());
        String strange = "{\"id\":\"s\",\"type\":\"token\",\"check\":\"AAAA\",\"wrapped\":\"AAAA\",\"x\":[1]}";
        try (var json = new Json(strange.getBytes(StandardCharsets.UTF_8), "")) {
            json.nextObject();
            slots.add(Slot.read(json));
        }
        memory.put(VaultFile.KEY, VaultFile.write(keys, slots, "\"future\":{\"a\":1}").bytes());
        open("old").changePassphrase(secret("new"), FAST);
        String body = new String(VaultFile.parse(open("new").file()).body(), StandardCharsets.UTF_8);
        assertThat(body).contains(strange, "\"future\":{\"a\":1}");
    }

    @Test
    void readsVaultJsonAgainWhenARootKeyIsNew() throws Exception {
        Keys keys = keys();
        var roots = keys.rootKeys();
        roots.put(2, new byte[32]);
        var rotated = new Keys(keys.vaultId(), keys.vaultKey(), roots, 2, 2);
        memory.put(VaultFile.KEY,
                VaultFile.write(rotated, VaultFile.parse(vault.file()).slots(), null).bytes());
        Vault other = open("old");
        assertThat(other.primaryRoot()).isEqualTo(2);
        other.publish(other.seal(new Commit(1, 1, 0, 2, Map.of(), List.of()), new byte[32]));
        vault.open(1, new byte[32], vault.sealed(1).orElseThrow());
        assertThat(vault.keyRevision()).isEqualTo(2);
        assertThat(vault.primaryRoot()).isEqualTo(2);
    }

    @Test
    void aClosedVaultDoesNothing() {
        vault.close();
        assertThatThrownBy(() -> vault.localKey("x")).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "Secret"})
    void nothingThatIsPrintedHoldsASecret(String passphrase) throws Exception {
        var created = Vault.create(new MemoryStore(), secret(passphrase), FAST, random);
        String printed = created + " " + created.vault() + " " + secret(passphrase) + " "
                + VaultFile.parse(created.vault().file()) + VaultFile.parse(created.vault().file()).slots();
        assertThat(printed).doesNotContain(created.recoveryKey(), passphrase + " ");
    }

    private Keys keys() throws Exception {
        return new Unlocking(memory, secret("old")).open(null).keys();
    }

    private Vault open(String secret) throws Exception {
        return open(secret, null);
    }

    @SuppressWarnings("NullAway")
    private Vault open(String secret, byte @Nullable [] copy) throws Exception {
        return Vault.open(store, secret(secret), copy, random);
    }

    /** vault.json with something else in its body. */
    private byte[] damaged(String what, String by) throws Exception {
        VaultFile file = VaultFile.parse(vault.file());
        String body = new String(file.body(), StandardCharsets.UTF_8);
        return outer(body.replace(what, by).getBytes(StandardCharsets.UTF_8), file.mac());
    }

    private byte[] damagedMac() throws Exception {
        VaultFile file = VaultFile.parse(vault.file());
        byte[] mac = file.mac().clone();
        mac[5] ^= 1;
        return outer(file.body(), mac);
    }

    private static byte[] outer(byte[] body, byte[] mac) {
        return ("{\"aloft\":1,\"body\":\"" + Base64.getEncoder().encodeToString(body) + "\",\"mac\":\""
                + Base64.getEncoder().encodeToString(mac) + "\"}").getBytes(StandardCharsets.UTF_8);
    }
}
