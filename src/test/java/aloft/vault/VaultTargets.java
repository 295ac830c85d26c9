package aloft.vault;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.ObjectId;
import aloft.fuzz.Target;
import aloft.store.MemoryStore;
import aloft.store.Store;
import aloft.vault.Checkpoint.Page;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * What lies in a vault: objects as they are in the store, and the JSON in them, as another device of the user may
 * have written it.
 */
public final class VaultTargets {

    private static final byte[] ZEROS = new byte[CommitCodec.HASH];
    private static final Keys KEYS = new Keys(new byte[16], new byte[32], Map.of(1, new byte[32]), 1, 1);
    private static final List<Table> TABLES = List.of(Table.values());
    private static final ObjectId OBJECT = new ObjectId(1, 2);

    private VaultTargets() {}

    public static List<Target> all() {
        return List.of(
                target("vault-file", () -> List.of(file(2).bytes(), file(1).bytes()),
                        bytes -> VaultFile.parse(bytes).open(new byte[32])),
                target("vault-body", () -> List.of(file(2).body()), VaultTargets::readBody),
                target("vault-roots", () -> List.of(roots()), VaultTargets::readRoots),
                target("commit", () -> List.of(commit(5), commit(1)), bytes -> CommitCodec.open(KEYS, 1,
                        ZEROS, Metadata.seal(KEYS, Metadata.COMMIT, place(1, ZEROS), bytes))),
                target("commit-object", () -> List.of(object()),
                        bytes -> CommitCodec.open(KEYS, 1, ZEROS, bytes)),
                target("checkpoint-index", () -> List.of(index()), bytes -> CheckpointIndex.open(KEYS, 9,
                        Metadata.seal(KEYS, Metadata.CHECKPOINT, place(9, new byte[0]), bytes))),
                target("page", VaultTargets::pages, VaultTargets::readPage),
                target("frame", VaultTargets::frames, bytes -> Frames.unframe(bytes, 1 << 20, "A frame")),
                target("recovery-key", () -> List.of(bytes(RecoveryKey.encode(new byte[20]))),
                        VaultTargets::readRecoveryKey));
    }

    private static Target target(String name, Callable<List<byte[]>> good, Target.Reading reading) {
        return new Target(name, good, reading, Set.of(Failure.Damaged.class, Failure.TooNew.class));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] place(long seq, byte[] hash) {
        return ByteBuffer.allocate(8 + hash.length).putLong(seq).put(hash).array();
    }

    private static VaultFile file(int slots) throws Failure {
        var random = new SecureRandom();
        List<Slot> all = Stream.of(
                Slot.forRecoveryKey(new byte[20], KEYS.vaultId(), KEYS.vaultKey(), random),
                Slot.forPassphrase(VaultTest.secret("p"), VaultTest.FAST, KEYS.vaultId(), KEYS.vaultKey(),
                        random))
                .limit(slots)
                .toList();
        return VaultFile.write(KEYS, all, "\"future\":{\"a\":[1,2.5]}");
    }

    /** With a MAC that is right, so that what the body holds matters. */
    private static void readBody(byte[] body) throws Failure {
        byte[] mac = Derive.hmac(Derive.hkdf(KEYS.vaultKey(), KEYS.vaultId(), "aloft1/mac"), body);
        VaultFile.parse(bytes("{\"aloft\":1,\"body\":\"" + Base64.getEncoder().encodeToString(body)
                + "\",\"mac\":\"" + Base64.getEncoder().encodeToString(mac) + "\"}")).open(KEYS.vaultKey());
    }

    private static byte[] roots() {
        return bytes("{\"roots\":[{\"id\":1,\"key\":\"" + Base64.getEncoder().encodeToString(new byte[32])
                + "\",\"x\":1}],\"primary\":1,\"y\":{}}");
    }

    private static void readRoots(byte[] roots) throws Failure {
        String id = KEYS.id();
        byte[] sealed = Aead.seal(Derive.hkdf(KEYS.vaultKey(), KEYS.vaultId(), "aloft1/roots"), roots,
                bytes("aloft1/roots/" + id + "/1"));
        readBody(bytes("{\"format\":1,\"vaultId\":\"" + id + "\",\"revision\":1,\"slots\":[],\"roots\":\""
                + Base64.getEncoder().encodeToString(sealed) + "\"}"));
    }

    private static byte[] commit(int rows) {
        var random = new Random(5);
        List<Action> actions = new ArrayList<>();
        actions.add(new Action.RegisterDevice(2, "laptop"));
        for (int i = 0; i < rows; i++) {
            actions.add(new Action.PutNode(TestRows.anyNode(random)));
            actions.add(new Action.DeleteNode(i + 1, TestRows.anyName(random)));
            actions.add(new Action.PutBlock(TestRows.block(random, 9, i)));
        }
        actions.add(new Action.DeleteBlock(9, 1));
        actions.add(new Action.Collect(5, true, List.of(new ObjectId(1, 2)), List.of(new ObjectId(3, 4))));
        try (var lines = new RowWriter()) {
            var json = lines.begin();
            json.writeNumberProperty("seq", 1);
            json.writeNumberProperty("dev", 3);
            json.writeNumberProperty("time", 1_700_000_000_000L);
            json.writeNumberProperty("keyRev", 1);
            json.writeName("slot").writeStartObject().writeStringProperty("a", "b").writeEndObject();
            lines.end();
            actions.forEach(action -> lines.action(action, 1));
            return lines.take();
        }
    }

    private static byte[] object() {
        return CommitCodec.seal(KEYS, new Commit(1, 1, 5, 1, Map.of(),
                List.of(new Action.DeleteNode(1, Name.of("gone")))), ZEROS);
    }

    private static byte[] index() throws Exception {
        TestRows rows = rows();
        Vault vault = VaultTest.create(new MemoryStore());
        byte[] object = CheckpointIndex.seal(KEYS, vault.writeCheckpoint(9, ZEROS, rows, null));
        return Metadata.open(KEYS, Metadata.CHECKPOINT, place(9, new byte[0]), object, 1 << 20, "");
    }

    private static TestRows rows() {
        var random = new Random(6);
        TestRows rows = TestRows.random(3, 1);
        for (int i = 0; i < 3; i++) {
            rows.oldNode(TestRows.anyNode(random), 3, 4);
            rows.oldBlock(TestRows.block(random, 5, 3), 3, 4);
        }
        return rows;
    }

    /** The first byte says of which table the rest is. */
    private static List<byte[]> pages() {
        List<byte[]> pages = new ArrayList<>();
        TestRows rows = rows();
        for (Table table : TABLES) {
            try (var lines = new RowWriter()) {
                var until = new RowWriter.Until(4, 5);
                switch (table) {
                    case DEVICES -> rows.devices((name, id) -> lines.device(id, name));
                    case NODES -> rows.nodes(row -> lines.node(row, 0, RowWriter.Until.NOW));
                    case BLOCKS -> rows.blocks(row -> lines.block(row, RowWriter.Until.NOW));
                    case OLD_NODES -> rows.nodes(row -> lines.node(row, 0, until));
                    case OLD_BLOCKS -> rows.blocks(row -> lines.block(row, until));
                }
                byte[] json = lines.take();
                byte[] page = new byte[1 + json.length];
                page[0] = (byte) TABLES.indexOf(table);
                System.arraycopy(json, 0, page, 1, json.length);
                pages.add(page);
            }
        }
        return pages;
    }

    private static void readPage(byte[] bytes) throws Exception {
        Table table = TABLES.get(bytes.length == 0 ? 0 : (bytes[0] & 0xff) % TABLES.size());
        byte[] lines = Arrays.copyOfRange(bytes, Math.min(1, bytes.length), bytes.length);
        Store memory = new MemoryStore();
        var objects = new PageObjects(memory, KEYS, () -> OBJECT);
        Key from = switch (table) {
            case DEVICES -> Key.device(1);
            case NODES, OLD_NODES -> Key.node(1, Name.of("a"), 0);
            case BLOCKS, OLD_BLOCKS -> Key.block(1, 0, 0);
        };
        int rows = table == Table.DEVICES ? 1 : 3;
        Page page = objects.add(table, from, lines, rows, "");
        objects.flush();
        new CheckpointReader(memory, KEYS, new Checkpoint(1, ZEROS, List.of(page))).read(new TestRows());
    }

    private static List<byte[]> frames() {
        byte[] text = bytes("feed me, feed me, feed me".repeat(20));
        byte[] noise = new byte[100];
        new Random(4).nextBytes(noise);
        return List.of(Frames.frame(text, text.length), Frames.frame(noise, noise.length));
    }

    private static void readRecoveryKey(byte[] text) throws Failure {
        char[] chars = new String(text, StandardCharsets.UTF_8).toCharArray();
        boolean looks = RecoveryKey.looksLikeOne(chars);
        if (RecoveryKey.decodeOrNull(chars) == null) {
            throw new Failure.Damaged("not one, looks like one: " + looks, null);
        }
    }
}
