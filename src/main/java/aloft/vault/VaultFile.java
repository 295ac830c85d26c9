package aloft.vault;

import aloft.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * vault.json as it was read. Nothing in it is to be trusted before {@link #open}.
 *
 * @param bytes   the whole file
 * @param body    what the MAC is over
 * @param unknown members of the body that this version does not know
 */
record VaultFile(byte[] bytes, byte[] body, byte[] mac, byte[] vaultId, long revision, List<Slot> slots,
        byte[] roots, @Nullable String unknown) {

    static final String KEY = "vault.json";
    static final String DAMAGED = "The passphrase is right, but vault.json is damaged.";
    static final int MAX_BYTES = 64 << 10;
    private static final int VERSION = 1;
    private static final int MAX_SLOTS = 8;
    private static final int MAX_ROOTS = 64;
    private static final int ID_BYTES = 16;

    static String backupKey(long revision) {
        return KEY + ".bak-" + revision;
    }

    /** @throws Failure.TooNew when a newer version wrote it; Refused when it is something else altogether */
    static VaultFile parse(byte[] bytes) throws Failure {
        byte[] body = null;
        byte[] mac = null;
        int version = 0;
        try (var json = new Json(bytes, KEY)) {
            json.check(json.nextObject());
            for (String member; (member = json.nextMember()) != null;) {
                switch (member) {
                    case "aloft" -> version = json.integer(0, Integer.MAX_VALUE);
                    case "body" -> body = json.base64();
                    case "mac" -> mac = json.base64();
                    default -> json.skip();
                }
            }
            checkVersion(version);
            if (body == null || mac == null || version < 1) {
                throw json.damaged(null);
            }
        }
        return parse(bytes, body, mac);
    }

    private static VaultFile parse(byte[] bytes, byte[] body, byte[] mac) throws Failure {
        byte[] vaultId = null;
        byte[] roots = null;
        long revision = 0;
        var slots = new ArrayList<Slot>();
        String unknown = null;
        try (var json = new Json(body, KEY)) {
            json.check(json.nextObject());
            for (String member; (member = json.nextMember()) != null;) {
                switch (member) {
                    case "format" -> checkVersion(json.integer(1, Integer.MAX_VALUE));
                    case "vaultId" -> vaultId = vaultId(json);
                    case "revision" -> revision = json.number(1, Long.MAX_VALUE - 1);
                    case "slots" -> readSlots(json, slots);
                    case "roots" -> roots = json.base64();
                    default -> unknown = json.keep(unknown, member);
                }
            }
            if (vaultId == null || roots == null || revision == 0) {
                throw json.damaged(null);
            }
        }
        return new VaultFile(bytes, body, mac, vaultId, revision, List.copyOf(slots), roots, unknown);
    }

    private static void checkVersion(int version) throws Failure.TooNew {
        if (version > VERSION) {
            throw new Failure.TooNew("This vault was made by a newer Aloft; please update.");
        }
    }

    private static byte[] vaultId(Json json) throws Failure {
        try {
            byte[] id = HexFormat.of().parseHex(json.text());
            json.check(id.length == ID_BYTES);
            return id;
        } catch (IllegalArgumentException e) {
            throw json.damaged(e);
        }
    }

    private static void readSlots(Json json, List<Slot> slots) throws Failure {
        json.enterList();
        while (json.nextElement()) {
            json.enterObject();
            json.check(slots.size() < MAX_SLOTS);
            slots.add(Slot.read(json));
        }
    }

    /** Checks the MAC and takes out the root keys. */
    Keys open(byte[] vaultKey) throws Failure.Damaged {
        byte[] expected = Derive.hmac(Derive.hkdf(vaultKey, vaultId, "aloft1/mac"), body);
        if (!MessageDigest.isEqual(expected, mac)) {
            throw new Failure.Damaged(DAMAGED, null);
        }
        try {
            byte[] plain = Aead.open(Derive.hkdf(vaultKey, vaultId, "aloft1/roots"), roots,
                    rootsAad(vaultId, revision));
            return readRoots(plain, vaultKey);
        } catch (GeneralSecurityException e) {
            throw new Failure.Damaged(DAMAGED, e);
        }
    }

    private Keys readRoots(byte[] plain, byte[] vaultKey) throws Failure.Damaged {
        var keys = new HashMap<Integer, byte[]>();
        int primary = 0;
        try (var json = new Json(plain, KEY)) {
            json.check(json.nextObject());
            for (String member; (member = json.nextMember()) != null;) {
                switch (member) {
                    case "roots" -> {
                        json.enterList();
                        while (json.nextElement()) {
                            json.check(keys.size() < MAX_ROOTS);
                            readRoot(json, keys);
                        }
                    }
                    case "primary" -> primary = json.integer(1, Integer.MAX_VALUE);
                    default -> json.skip();
                }
            }
            json.check(keys.containsKey(primary));
        }
        return new Keys(vaultId, vaultKey, keys, primary, revision);
    }

    private static void readRoot(Json json, Map<Integer, byte[]> keys) throws Failure.Damaged {
        int id = 0;
        byte[] key = new byte[0];
        json.enterObject();
        for (String member; (member = json.nextMember()) != null;) {
            switch (member) {
                case "id" -> id = json.integer(1, Integer.MAX_VALUE);
                case "key" -> key = json.base64();
                default -> json.skip();
            }
        }
        json.check(id > 0 && key.length == Derive.KEY_BYTES && keys.put(id, key) == null);
    }

    /** The file with these slots, under the keys' revision. */
    static VaultFile write(Keys keys, List<Slot> slots, @Nullable String unknown) {
        byte[] sealed = Aead.seal(Derive.hkdf(keys.vaultKey(), keys.vaultId(), "aloft1/roots"),
                rootsJson(keys), rootsAad(keys.vaultId(), keys.revision()));
        byte[] body = bodyJson(keys, slots, sealed, unknown);
        byte[] mac = Derive.hmac(Derive.hkdf(keys.vaultKey(), keys.vaultId(), "aloft1/mac"), body);
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.writer(out)) {
            json.writeStartObject();
            json.writeNumberProperty("aloft", VERSION);
            json.writeStringProperty("body", base64(body));
            json.writeStringProperty("mac", base64(mac));
            json.writeEndObject();
            json.writeRaw('\n');
        }
        return new VaultFile(out.toByteArray(), body, mac, keys.vaultId(), keys.revision(),
                List.copyOf(slots),
                sealed, unknown);
    }

    private static byte[] bodyJson(Keys keys, List<Slot> slots, byte[] roots, @Nullable String unknown) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.writer(out)) {
            json.writeStartObject();
            json.writeNumberProperty("format", VERSION);
            json.writeStringProperty("vaultId", keys.id());
            json.writeNumberProperty("revision", keys.revision());
            json.writeName("slots").writeStartArray();
            for (Slot slot : slots) {
                json.writeRawValue(slot.raw());
            }
            json.writeEndArray();
            json.writeStringProperty("roots", base64(roots));
            if (unknown != null) {
                json.writeRaw("," + unknown);
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static byte[] rootsJson(Keys keys) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.writer(out)) {
            json.writeStartObject();
            json.writeName("roots").writeStartArray();
            keys.rootKeys().forEach((id, key) -> {
                json.writeStartObject();
                json.writeNumberProperty("id", id.intValue());
                json.writeStringProperty("key", base64(key));
                json.writeEndObject();
            });
            json.writeEndArray();
            json.writeNumberProperty("primary", keys.primary());
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static byte[] rootsAad(byte[] vaultId, long revision) {
        return ("aloft1/roots/" + HexFormat.of().formatHex(vaultId) + "/" + revision)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "vault.json[" + HexFormat.of().formatHex(vaultId) + ", revision " + revision + "]";
    }
}
