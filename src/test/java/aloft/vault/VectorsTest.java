package aloft.vault;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.format.Action;
import aloft.format.Commit;
import aloft.format.ObjectId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The vectors of docs/FORMAT.md, which were made without this program. */
class VectorsTest {

    private static final byte[] VAULT_ID = bytes(0x00, 16);
    private static final byte[] VAULT_KEY = bytes(0x20, 32);
    private static final byte[] ROOT = bytes(0x40, 32);
    private static final byte[] SALT = bytes(0x60, 32);
    private static final byte[] RECOVERY_KEY = bytes(0x80, 20);
    private static final long NODE = 0x0001_0000_0000_0005L;
    private static final ObjectId OBJECT = ObjectId.parse("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
    private static final String HEADER = "28c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
            + "f0f1f2f3f4f5f6";
    private final Keys keys = new Keys(VAULT_ID, VAULT_KEY, Map.of(1, ROOT), 1, 1);

    @Test
    void argon2idOfThePassphraseInNormalizationFormC() {
        for (String passphrase : List.of("pa\u0308sswo\u0308rd", "pässwörd")) {
            byte[] prk = Argon2.id(VaultTest.secret(passphrase).normalizedUtf8(), SALT,
                    new Kdf(64, 3, 2));
            assertThat(hex(prk))
                    .isEqualTo("968bbdbffe360688e333759df4cd8eb711762c885223950c8e6af6d5112b327a");
            assertThat(hex(Derive.hkdf(prk, VAULT_ID, "aloft1/kek/0011223344556677")))
                    .isEqualTo("3c9c3a56e95d92e966f2e7fdbbe141f9c7571210dec2e06ee7c51f8f4d31ac49");
            assertThat(hex(Derive.hkdf(prk, VAULT_ID, "aloft1/check/0011223344556677")))
                    .isEqualTo("f7b26f4dd6bc9ed6bdc18393e428235f42cbf6a4bb2a241c0c533dc685fe559e");
        }
    }

    @Test
    void theLibraryOfTheSystemGivesTheSameKeys() {
        for (Kdf kdf : List.of(new Kdf(64, 3, 2), new Kdf(8, 1, 1), new Kdf(1 << 10, 2, 16))) {
            for (String passphrase : List.of("", "words", "pässwörd")) {
                byte[] text = passphrase.getBytes(StandardCharsets.UTF_8);
                assertThat(Argon2.id(text, SALT, kdf)).isEqualTo(Argon2.java(text, SALT, kdf));
            }
        }
    }

    @Test
    void recoveryKey() {
        assertThat(RecoveryKey.encode(RECOVERY_KEY))
                .isEqualTo("G20R-50W4-GP38-F249-HA5R-S3CE-HY89-34MK-DB8Z");
        assertThat(hex(Derive.hkdf(RECOVERY_KEY, SALT, "aloft1/recovery")))
                .isEqualTo("2e70e3dd4e5c5f04bf607f1cc7ea629df019e640de741e861869a482672b75a7");
    }

    @Test
    void derivedKeys() throws Exception {
        assertThat(hex(Derive.hkdf(VAULT_KEY, VAULT_ID, "aloft1/mac")))
                .isEqualTo("82383a9295301c2a485cca3b7861ea1735728ef0d32d392040fcf36c41330b34");
        assertThat(hex(Derive.hkdf(VAULT_KEY, VAULT_ID, "aloft1/roots")))
                .isEqualTo("4d4b559c468d55074449b08b34deee916d5eebb27d18fb43609ecda745804191");
        assertThat(hex(keys.local("cache")))
                .isEqualTo("20636a929f62190a9978ff21ae0b93bd51c6006832bb983c188d407a9bac1164");
        assertThat(hex(keys.root(1).file(NODE)))
                .isEqualTo("0057631001aa7fc1847de92894ae1ff05db2d74a8fab6a8ead74f3989bd5cbfc");
        assertThat(hex(keys.primaryRoot().meta()))
                .isEqualTo("03434c5d7f9e3b5588023891c41aa28f13ece9681b7c01cf0ed59630418d4d97");
        assertThat(hex(keys.primaryRoot().pack()))
                .isEqualTo("bbfc4a7305aef5e5ab1667d069af7b57869eb5de026d448e758e067c24dc9d7b");
    }

    @Test
    void associatedData() {
        String vault = "000102030405060708090a0b0c0d0e0f";
        assertThat(hex(keys.blockAad(NODE, 3, OBJECT, 0x01020304))).isEqualTo("616c6f6674312f62" + vault
                + "0001000000000005" + "0000000000000003" + OBJECT.hex() + "01020304");
        assertThat(hex(keys.trailerAad(OBJECT))).isEqualTo("616c6f6674312f74" + vault + OBJECT.hex());
        assertThat(hex(keys.pageAad(OBJECT, 0x01020304, Table.OLD_NODES.code())))
                .isEqualTo("616c6f6674312f70" + vault + OBJECT.hex() + "01020304" + "686e");
    }

    @Test
    void streamOfOneSegment() throws Exception {
        byte[] stream = unhex(HEADER + "2d4aed35983f1c3b1085ec71216e8fba781d50fefb6488b382bd9fd72d");
        byte[] aad = ascii("aloft1/b" + new String(VAULT_ID, StandardCharsets.ISO_8859_1));
        assertThat(StreamCipher.open(ROOT, aad, stream, 0, stream.length, "")).isEqualTo(
                ascii("Hello, Aloft!"));
    }

    @Test
    void commit() throws Exception {
        byte[] object = unhex("414c46546300000000000001" + HEADER
                + "11761f192f6b26b76a8528f003b59b91e498eea9733812c85421301dc45be7fb0a850e88fedb794b8d5cf7d06e51"
                + "99764e3e7d3e8be9eda84bd2772db38df443f9bd3d517ba3e7f4ae727e5cc27d6ec1f79d677933b482a6");
        Commit commit = CommitCodec.open(keys, 1, new byte[32], object);
        assertThat(commit).isEqualTo(new Commit(1, 1, 5, 1, Map.of(), List.of(new Action.DeleteBlock(7, 2))));
        assertThat(hex(Derive.sha256(object)))
                .isEqualTo("2089b45b145b1add0afb732591fcd9cd34db86ea81774aa6c7b90dbf6ebf8db2");
        byte[] ours = CommitCodec.seal(keys, commit, new byte[32]);
        assertThat(ours).startsWith(Arrays.copyOf(object, Metadata.PREFIX));
    }

    @Test
    void deflatedFrame() throws Exception {
        byte[] frame = unhex(
                "0100000050edcb410a40501446e1b9659cf135a0a4ee322ce1e52a4988945ef62e96a17f74ead497d963"
                        + "c32ba38ff3eb31ce8137c61457f7bdbbc82c2b4e993006bc35125ebf5f5a5a5a5a5a5a5a5a5a5afa1ffa01000000");
        String lines = "{\"seq\":1,\"dev\":1,\"time\":5,\"keyRev\":1}\n{\"op\":\"-b\",\"f\":7,\"b\":2}\n"
                .repeat(50);
        assertThat(Frames.unframe(frame, 3_100, "")).isEqualTo(ascii(lines)).hasSize(3_100);
    }

    @Test
    void keysInTheStore() {
        assertThat(ObjectKeys.commit(0x1af)).isEqualTo("m/00000000000001af");
        assertThat(ObjectKeys.checkpoint(256)).isEqualTo("k/0000000000000100");
        assertThat(ObjectKeys.object(Vault.Kind.PACK, OBJECT)).isEqualTo("o/a0/" + OBJECT.hex());
        assertThat(ObjectKeys.object(Vault.Kind.PAGES, OBJECT)).isEqualTo("p/a0/" + OBJECT.hex());
        assertThat(VaultFile.backupKey(2)).isEqualTo("vault.json.bak-2");
    }

    private static byte[] bytes(int first, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (first + i);
        }
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] unhex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
