package aloft.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.store.MemoryStore;
import aloft.store.Store;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VaultTest {

    static final Kdf FAST = new Kdf(64, 1, 1);
    private final MemoryStore store = new MemoryStore();
    private final SecureRandom random = new SecureRandom();

    @Test
    void opensWithThePassphraseAndWithTheRecoveryKey() throws Exception {
        var created = Vault.create(store, secret("correct horse"), FAST, random);
        for (String secret : List.of("correct horse", created.recoveryKey(),
                created.recoveryKey().toLowerCase(Locale.ROOT).replace("-", ""))) {
            var vault = Vault.open(store, secret(secret), null, random);
            assertThat(vault.id()).isEqualTo(created.vault().id());
            assertThat(vault.localKey("cache")).isEqualTo(created.vault().localKey("cache"))
                    .isNotEqualTo(vault.localKey("journal"));
        }
        assertThatThrownBy(() -> Vault.open(store, secret("wrong"), null, random))
                .isInstanceOf(Failure.WrongPassphrase.class)
                .hasMessage("Wrong passphrase.");
    }

    @Test
    void commitsAreChained() throws Exception {
        Vault vault = create(store);
        var node = new NodeRow(1, Name.of("a.txt"), 1L << 48, NodeType.FILE, 3, 1_234_567_890_123_456_789L,
                0644, 1, 22, null, Map.of(), 0, null);
        var commit = new Commit(1, 1, 5, vault.keyRevision(), Map.of(), List.of(new Action.PutNode(node)));
        byte[] zeros = new byte[32];
        Vault.Sealed first = vault.seal(commit, zeros);
        assertThat(vault.publish(first)).isTrue();
        assertThat(vault.publish(first)).isFalse();
        assertThat(vault.hashOf(1)).contains(first.hash());

        Vault.Opened opened = vault.read(1, zeros).orElseThrow();
        assertThat(opened.hash()).isEqualTo(first.hash());
        assertThat(opened.commit().actions()).isEqualTo(List.of(new Action.PutNode(node.withVersion(1))));
        assertThat(vault.read(2, first.hash())).isEmpty();
        assertThatThrownBy(() -> vault.read(1, first.hash())).isInstanceOf(Failure.Damaged.class);
    }

    @Test
    void blocksComeBackFromAPack() throws Exception {
        Vault vault = create(store);
        byte[] plain = new byte[300_000];
        new Random(1).nextBytes(plain);
        var file = new NodeRow(1, Name.of("big"), 7, NodeType.FILE, plain.length, 0, 0644, 1, 22, null,
                Map.of(), 0, null);
        Pack pack = vault.newPack(1);
        BlockRow small = pack.add(file, "/big", 0, plain, 5, 1);
        BlockRow large = pack.add(file, "/big", 1, plain, 0, plain.length);
        vault.put(pack.id(), pack.finish());

        assertThat(read(vault, small)).isEqualTo(new byte[]{plain[5]});
        assertThat(large.header()).hasSize(Segments.HEADER);
        assertThat(read(vault, large)).isEqualTo(plain);
    }

    static byte[] read(Vault vault, BlockRow row) throws Exception {
        var bytes = new ByteArrayOutputStream();
        vault.read(row.object(), row.offset(), row.length(), bytes::write);
        byte[] ciphertext = bytes.toByteArray();
        BlockOpener opener = vault.opener(row, ciphertext);
        byte[] plain = new byte[Segments.plainLength(row.length())];
        for (int i = Segments.count(row.length()) - 1; i >= 0; i--) {
            int length = opener.open(i, ciphertext, Segments.cipherStart(i), plain, Segments.plainStart(i));
            assertThat(length).isEqualTo(Segments.plainLength(i, row.length()));
        }
        return plain;
    }

    static Vault create(Store store) throws Exception {
        return Vault.create(store, secret("p"), FAST, new SecureRandom()).vault();
    }

    static Secret secret(String text) {
        return Secret.of(text.toCharArray());
    }
}
