package aloft.vault;

import aloft.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * One way to open a vault: the vault key, wrapped under a key that a passphrase or a recovery key gives.
 *
 * @param type {@link #PASSPHRASE}, {@link #RECOVERY}, or one that this version does not know
 * @param kdf  null unless the type is a passphrase
 * @param salt empty when this version cannot use the slot
 * @param raw  the slot as it stands in vault.json
 */
record Slot(String id, String type, @Nullable Kdf kdf, byte[] salt, byte[] check, byte[] wrapped,
        String raw) {

    static final String PASSPHRASE = "passphrase";
    static final String RECOVERY = "recovery";
    private static final String ARGON2ID = "argon2id";
    private static final String HKDF = "hkdf";
    private static final int SALT_BYTES = 32;

    static Slot forPassphrase(Secret passphrase, Kdf kdf, byte[] vaultId, byte[] vaultKey,
            SecureRandom random) {
        byte[] salt = bytes(random, SALT_BYTES);
        byte[] text = passphrase.normalizedUtf8();
        byte[] prk = Argon2.id(text, salt, kdf);
        Arrays.fill(text, (byte) 0);
        return make(PASSPHRASE, kdf, salt, prk, vaultId, vaultKey, random);
    }

    static Slot forRecoveryKey(byte[] key, byte[] vaultId, byte[] vaultKey, SecureRandom random) {
        byte[] salt = bytes(random, SALT_BYTES);
        byte[] prk = Derive.hkdf(key, salt, "aloft1/recovery");
        return make(RECOVERY, null, salt, prk, vaultId, vaultKey, random);
    }

    private static Slot make(String type, @Nullable Kdf kdf, byte[] salt, byte[] prk, byte[] vaultId,
            byte[] vaultKey, SecureRandom random) {
        String id = HexFormat.of().formatHex(bytes(random, 8));
        byte[] kek = Derive.hkdf(prk, vaultId, "aloft1/kek/" + id);
        byte[] check = Derive.hkdf(prk, vaultId, "aloft1/check/" + id);
        byte[] wrapped = Aead.seal(kek, vaultKey, aad(type, id, vaultId));
        Arrays.fill(prk, (byte) 0);
        Arrays.fill(kek, (byte) 0);
        return new Slot(id, type, kdf, salt, check, wrapped, json(id, type, kdf, salt, check, wrapped));
    }

    /**
     * Whether the secret belongs to this slot; null when not.
     *
     * @throws Failure.Refused when it would take more memory than there is
     */
    @Nullable
    Match matchOrNull(Secret secret, byte @Nullable [] recoveryKey, byte[] vaultId) throws Failure {
        byte[] prk;
        if (kdf != null) {
            if ((long) kdf.memoryKiB() << 10 > Runtime.getRuntime().maxMemory() / 4 * 3) {
                throw new Failure.Refused("Opening this vault takes " + (kdf.memoryKiB() >> 10)
                        + " MiB of memory, more than Aloft may use here.", null);
            }
            byte[] text = secret.normalizedUtf8();
            prk = Argon2.id(text, salt, kdf);
            Arrays.fill(text, (byte) 0);
        } else if (type.equals(RECOVERY) && salt.length > 0 && recoveryKey != null) {
            prk = Derive.hkdf(recoveryKey, salt, "aloft1/recovery");
        } else {
            return null;
        }
        byte[] expected = Derive.hkdf(prk, vaultId, "aloft1/check/" + id);
        if (MessageDigest.isEqual(expected, check)) {
            return new Match(this, prk, vaultId);
        }
        Arrays.fill(prk, (byte) 0);
        return null;
    }

    /** A secret whose check was right. */
    record Match(Slot slot, byte[] prk, byte[] vaultId) {

        /** The vault key. */
        byte[] unwrap() throws GeneralSecurityException {
            byte[] kek = Derive.hkdf(prk, vaultId, "aloft1/kek/" + slot.id());
            return Aead.open(kek, slot.wrapped(), aad(slot.type(), slot.id(), vaultId));
        }

        @Override
        public String toString() {
            return "Match[hidden]";
        }
    }

    /** Reads the slot that the JSON stands at. */
    static Slot read(Json json) throws Failure {
        String raw = json.raw();
        try (var members = new Json(raw.getBytes(StandardCharsets.UTF_8), "vault.json")) {
            members.nextObject();
            return read(members, raw);
        }
    }

    private static Slot read(Json json, String raw) throws Failure {
        String id = null;
        String type = null;
        Derivation derivation = Derivation.UNKNOWN;
        byte[] check = null;
        byte[] wrapped = null;
        for (String member; (member = json.nextMember()) != null;) {
            switch (member) {
                case "id" -> id = json.text();
                case "type" -> type = json.text();
                case "kdf" -> derivation = Derivation.read(json);
                case "check" -> check = json.base64();
                case "wrapped" -> wrapped = json.base64();
                default -> json.skip();
            }
        }
        if (id == null || type == null || check == null || wrapped == null) {
            throw json.damaged(null);
        }
        String name = switch (type) {
            case PASSPHRASE -> ARGON2ID;
            case RECOVERY -> HKDF;
            default -> "";
        };
        Derivation usable = derivation.name().equals(name) ? derivation : Derivation.UNKNOWN;
        return new Slot(id, type, usable.kdf(), usable.salt(), check, wrapped, raw);
    }

    /** @param kdf null unless the name is argon2id */
    private record Derivation(String name, @Nullable Kdf kdf, byte[] salt) {

        static final Derivation UNKNOWN = new Derivation("", null, new byte[0]);

        static Derivation read(Json json) throws Failure {
            String name = "";
            byte[] salt = new byte[0];
            int version = 0;
            int memory = 0;
            int passes = 0;
            int lanes = 0;
            json.enterObject();
            for (String member; (member = json.nextMember()) != null;) {
                switch (member) {
                    case "name" -> name = json.text();
                    case "salt" -> salt = json.base64();
                    case "v" -> version = json.integer(0, Integer.MAX_VALUE);
                    case "m" -> memory = json.integer(0, Integer.MAX_VALUE);
                    case "t" -> passes = json.integer(0, Integer.MAX_VALUE);
                    case "p" -> lanes = json.integer(0, 255);
                    default -> json.skip();
                }
            }
            if (!name.equals(ARGON2ID)) {
                return new Derivation(name, null, salt);
            }
            json.check(version == 0x13 && salt.length == SALT_BYTES);
            try {
                return new Derivation(name, new Kdf(memory, passes, lanes), salt);
            } catch (IllegalArgumentException e) {
                throw json.damaged(e);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static String json(String id, String type, @Nullable Kdf kdf, byte[] salt, byte[] check,
            byte[] wrapped) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.writer(out)) {
            json.writeStartObject();
            json.writeStringProperty("id", id);
            json.writeStringProperty("type", type);
            json.writeName("kdf").writeStartObject();
            json.writeStringProperty("name", kdf != null ? ARGON2ID : HKDF);
            if (kdf != null) {
                json.writeNumberProperty("v", 0x13);
                json.writeNumberProperty("m", kdf.memoryKiB());
                json.writeNumberProperty("t", kdf.passes());
                json.writeNumberProperty("p", kdf.lanes());
            }
            json.writeStringProperty("salt", base64(salt)).writeEndObject();
            json.writeStringProperty("check", base64(check));
            json.writeStringProperty("wrapped", base64(wrapped));
            json.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static byte[] aad(String type, String id, byte[] vaultId) {
        return ("aloft1/slot/" + type + "/" + id + "/" + HexFormat.of().formatHex(vaultId))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(SecureRandom random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public String toString() {
        return "Slot[" + id + ", " + type + "]";
    }
}
