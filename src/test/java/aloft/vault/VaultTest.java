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
import aloft.format.ObjectId;
import aloft.store.MemoryStore;
import aloft.store.Store;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class VaultTest {

    static final Kdf FAST = new Kdf(64, 1, 1);
    private static final NodeRow FILE = TestRows.node(new Random(3), 1, Name.of("f"), 5);
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
                .hasMessageStartingWith("Wrong passphrase:");
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

        Vault.Opened opened = vault.open(1, zeros, vault.sealed(1).orElseThrow());
        assertThat(opened.hash()).isEqualTo(first.hash());
        assertThat(opened.commit().actions()).isEqualTo(List.of(new Action.PutNode(node.withVersion(1))));
        assertThat(vault.sealed(2)).isEmpty();
        byte[] object = vault.sealed(1).orElseThrow();
        assertThatThrownBy(() -> vault.open(1, first.hash(), object)).isInstanceOf(Failure.Damaged.class);
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

    @Test
    void manyThreadsShareAnOpener() throws Exception {
        Vault vault = create(store);
        byte[] plain = new byte[1_000_000];
        new Random(2).nextBytes(plain);
        Pack pack = vault.newPack(1);
        BlockRow row = pack.add(FILE, "/f", 0, plain, 0, plain.length);
        byte[] bytes = pack.finish();
        BlockOpener opener = vault.opener(row, bytes);
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Callable<byte[]>> reads = Collections.nCopies(40, () -> {
                byte[] read = new byte[plain.length];
                for (int i = 0; i < Segments.count(row.length()); i++) {
                    opener.open(i, bytes, Segments.cipherStart(i), read, Segments.plainStart(i));
                }
                return read;
            });
            for (var read : threads.invokeAll(reads)) {
                assertThat(read.get()).isEqualTo(plain);
            }
        }
    }

    @Test
    void smallPacksHideTheSizeOfAFile() throws Exception {
        Vault vault = create(store);
        for (int length : new int[]{1, 100, 1_000, 60_000, 70_000, 900_000}) {
            Pack pack = vault.newPack(1);
            pack.add(FILE, "/f", 0, new byte[length], 0, length);
            int size = pack.finish().length;
            assertThat((long) size).as("%d bytes", length).isEqualTo(Frames.padme(size));
        }
    }

    @Test
    void aPackTakesWhatFits() throws Exception {
        Pack pack = create(store).newPack(1);
        assertThat(pack.fits(40 << 20)).isTrue();
        pack.add(FILE, "/f", 0, new byte[4 << 20], 0, 4 << 20);
        assertThat(pack.fits(4 << 20)).isFalse();
        assertThat(pack.fits(3 << 20)).isTrue();
        byte[] huge = new byte[60 << 20];
        assertThatThrownBy(() -> pack.add(FILE, "/f", 1, huge, 0, huge.length))
                .isInstanceOf(IllegalArgumentException.class);
        while (pack.fits(1)) {
            pack.add(FILE, "/f", pack.blocks(), huge, 0, 1);
        }
        assertThat(pack.blocks()).isEqualTo(Pack.MAX_BLOCKS);
        assertThatThrownBy(() -> pack.add(FILE, "/f", 1, huge, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void listsAndDeletesWhatIsItsOwn() throws Exception {
        Vault vault = create(store);
        Pack pack = vault.newPack(1);
        vault.put(pack.id(), pack.finish());
        store.put("o/zz/other", new byte[1]);
        store.put("o/zz/" + pack.id().hex(), new byte[1]);
        assertThat(list(vault, Vault.Kind.PACK)).containsExactly(pack.id());
        vault.delete(Vault.Kind.PACK, pack.id());
        vault.delete(Vault.Kind.PACK, pack.id());
        assertThat(list(vault, Vault.Kind.PACK)).isEmpty();
        assertThat(list(vault, Vault.Kind.PAGES)).isEmpty();
        assertThat(vault.space().used()).isPositive();
        assertThat(vault.readOnly()).isEmpty();
    }

    private static List<ObjectId> list(Vault vault, Vault.Kind kind) throws Exception {
        var listed = new ArrayList<Vault.Stored>();
        vault.list(kind, listed::add);
        assertThat(listed).allMatch(object -> object.size() > 0 && object.modified() > 0);
        return listed.stream().map(Vault.Stored::id).toList();
    }

    @Test
    void awaitsACommit() throws Exception {
        Vault vault = create(store);
        assertThat(vault.canAwait()).isTrue();
        assertThat(vault.await(1, new byte[32], Duration.ZERO)).isEmpty();
        assertThat(vault.hashOf(1)).isEmpty();
        Vault.Sealed first = vault.seal(new Commit(1, 1, 5, 1, Map.of("next", "x"), List.of()), new byte[32]);
        vault.publish(first);
        Vault.Opened opened = vault.await(1, new byte[32], Duration.ofSeconds(5)).orElseThrow();
        assertThat(opened.commit().slot()).isEqualTo(Map.of("next", "x"));
        assertThat(opened.size()).isEqualTo(first.bytes().length);
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
