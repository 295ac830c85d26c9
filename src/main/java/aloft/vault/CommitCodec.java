package aloft.vault;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.Commit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** Commits as objects m/… and back. */
final class CommitCodec {

    static final int MAX_JSON = 16 << 20;
    static final int MAX_OBJECT = Metadata.objectLimit(MAX_JSON);
    static final int HASH = 32;
    private static final int MAX_SLOT_VALUES = 16;
    private static final int MAX_SLOT_CHARS = 4_096;

    private CommitCodec() {}

    static byte[] seal(Keys keys, Commit commit, byte[] previousHash) {
        byte[] json = json(commit);
        if (commit.actions().size() > Commit.MAX_ACTIONS || json.length > MAX_JSON) {
            throw new IllegalArgumentException("too much for one commit");
        }
        return Metadata.seal(keys, Metadata.COMMIT, place(commit.seq(), previousHash), json);
    }

    static Commit open(Keys keys, long seq, byte[] previousHash, byte[] object) throws Failure {
        String what = "Commit " + seq;
        byte[] json = Metadata.open(keys, Metadata.COMMIT, place(seq, previousHash), object, MAX_JSON, what);
        try (var reader = new RowReader(json, what)) {
            Commit head = head(reader.json());
            reader.json().check(head.seq() == seq);
            List<Action> actions = new ArrayList<>();
            for (Action action; (action = reader.nextOrNull(seq)) != null;) {
                reader.json().check(actions.size() < Commit.MAX_ACTIONS);
                actions.add(action);
            }
            return new Commit(seq, head.device(), head.time(), head.keyRevision(), head.slot(), actions);
        }
    }

    static int sizeOf(Action action) {
        try (var rows = new RowWriter()) {
            rows.action(action, 0);
            return rows.size();
        }
    }

    private static Commit head(Json json) throws Failure {
        long seq = 0;
        int device = 0;
        long time = 0;
        long keyRevision = 0;
        Map<String, String> slot = Map.of();
        json.check(json.nextObject());
        for (String member; (member = json.nextMember()) != null;) {
            switch (member) {
                case "seq" -> seq = json.number(1, Long.MAX_VALUE);
                case "dev" -> device = json.integer(1, 65_535);
                case "time" -> time = json.number(Long.MIN_VALUE, Long.MAX_VALUE);
                case "keyRev" -> keyRevision = json.number(1, Long.MAX_VALUE);
                case "slot" -> slot = slot(json);
                default -> json.skip();
            }
        }
        json.check(device > 0 && keyRevision > 0);
        return new Commit(seq, device, time, keyRevision, slot, List.of());
    }

    private static Map<String, String> slot(Json json) throws Failure {
        var slot = new HashMap<String, String>();
        json.enterObject();
        for (String member; (member = json.nextMember()) != null;) {
            String value = json.text();
            json.check(slot.size() < MAX_SLOT_VALUES && value.length() <= MAX_SLOT_CHARS);
            slot.put(member, value);
        }
        return slot;
    }

    private static byte[] json(Commit commit) {
        try (var rows = new RowWriter()) {
            JsonGenerator json = rows.begin();
            json.writeNumberProperty("seq", commit.seq());
            json.writeNumberProperty("dev", commit.device());
            json.writeNumberProperty("time", commit.time());
            json.writeNumberProperty("keyRev", commit.keyRevision());
            if (!commit.slot().isEmpty()) {
                json.writeName("slot").writeStartObject();
                new TreeMap<>(commit.slot()).forEach(json::writeStringProperty);
                json.writeEndObject();
            }
            rows.end();
            for (Action action : commit.actions()) {
                rows.action(action, commit.seq());
            }
            return rows.take();
        }
    }

    private static byte[] place(long seq, byte[] previousHash) {
        if (previousHash.length != HASH) {
            throw new IllegalArgumentException("not a hash");
        }
        return ByteBuffer.allocate(8 + HASH).putLong(seq).put(previousHash).array();
    }
}
