package aloft.vault;

import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes rows and actions as JSON lines. The same row always gives the same bytes: pages of checkpoints
 * are compared by their hash. Not thread safe.
 */
final class RowWriter implements AutoCloseable {

    /** A stream header is kept in the row of a block longer than this. */
    static final int HEADER_ABOVE = 256 << 10;
    private static final long NANOS = 1_000_000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final JsonGenerator json = Json.writer(out);

    /** When a row of history was superseded; NOW for rows that hold. */
    record Until(long seq, long time) {
        static final Until NOW = new Until(0, 0);
    }

    /** Bytes written since the last {@link #take}. */
    int size() {
        json.flush();
        return out.size();
    }

    /** What was written since the last call of {@link #take}. */
    byte[] bytes() {
        json.flush();
        return out.toByteArray();
    }

    /** What was written since the last call. */
    byte[] take() {
        byte[] bytes = bytes();
        out.reset();
        return bytes;
    }

    /** For members of the object that is open. */
    JsonGenerator open() {
        return json;
    }

    JsonGenerator begin() {
        return json.writeStartObject();
    }

    void end() {
        json.writeEndObject();
        json.writeRaw('\n');
    }

    /** @param seq of the commit; a row's version is written when it is another */
    void action(Action action, long seq) {
        switch (action) {
            case Action.PutNode put -> node(put.row(), seq, Until.NOW);
            case Action.PutBlock put -> block(put.row(), Until.NOW);
            case Action.DeleteNode delete -> {
                op("-n");
                json.writeName("p").writeNumber(Long.toUnsignedString(delete.parent()));
                text("n", "nb", delete.name().raw());
                end();
            }
            case Action.DeleteBlock delete -> {
                op("-b");
                json.writeName("f").writeNumber(Long.toUnsignedString(delete.file()));
                json.writeNumberProperty("b", delete.index());
                end();
            }
            case Action.RegisterDevice device -> device(device.device(), device.name());
            case Action.Collect collect -> collect(collect);
        }
    }

    private void collect(Action.Collect collect) {
        op("gc");
        if (collect.forget() > 0) {
            json.writeNumberProperty("u", collect.forget());
        }
        if (collect.moves()) {
            json.writeBooleanProperty("mv", true);
        }
        objects("o", collect.packs());
        objects("p", collect.pages());
        end();
    }

    private void objects(String name, List<ObjectId> objects) {
        if (!objects.isEmpty()) {
            json.writeName(name).writeStartArray();
            objects.forEach(object -> json.writeString(object.hex()));
            json.writeEndArray();
        }
    }

    void device(int id, String name) {
        op("dev");
        json.writeNumberProperty("i", id);
        json.writeStringProperty("name", name);
        end();
    }

    /** @param known version that need not be written, 0 for none */
    void node(NodeRow row, long known, Until until) {
        op("n");
        json.writeName("p").writeNumber(Long.toUnsignedString(row.parent()));
        text("n", "nb", row.name().raw());
        json.writeName("i").writeNumber(Long.toUnsignedString(row.id()));
        json.writeStringProperty("t", code(row.type()));
        if (row.size() != 0) {
            json.writeNumberProperty("s", row.size());
        }
        time(row.mtime());
        json.writeNumberProperty("x", row.mode());
        json.writeNumberProperty("k", row.rootKey());
        if (row.blockBits() != NodeRow.DEFAULT_BLOCK_BITS) {
            json.writeNumberProperty("bs", row.blockBits());
        }
        if (row.target() != null) {
            text("l", "lb", row.target());
        }
        if (!row.xattrs().isEmpty()) {
            json.writeName("xa").writeStartObject();
            new TreeMap<>(row.xattrs()).forEach((name, value) -> json.writeStringProperty(name,
                    Base64.getEncoder().encodeToString(value)));
            json.writeEndObject();
        }
        if (row.version() != known && row.version() != 0) {
            json.writeNumberProperty("v", row.version());
        }
        endRow(row.unknown(), until);
    }

    void block(BlockRow row, Until until) {
        beginBlock(row);
        endRow(row.unknown(), until);
    }

    /** All of a block row but its end. */
    void beginBlock(BlockRow row) {
        op("b");
        json.writeName("f").writeNumber(Long.toUnsignedString(row.file()));
        json.writeNumberProperty("b", row.index());
        json.writeStringProperty("o", row.object().hex());
        json.writeNumberProperty("a", row.offset());
        json.writeNumberProperty("z", row.length());
        json.writeNumberProperty("k", row.rootKey());
        if (row.header() != null) {
            json.writeStringProperty("h", Base64.getEncoder().encodeToString(row.header()));
        }
    }

    /** Modification time in ms, the rest in ns. */
    void time(long nanos) {
        json.writeNumberProperty("m", Math.floorDiv(nanos, NANOS));
        long rest = Math.floorMod(nanos, NANOS);
        if (rest != 0) {
            json.writeNumberProperty("ns", rest);
        }
    }

    /** Bytes (one char for each) as text, or in base64 when they are not UTF-8. */
    void text(String member, String binaryMember, String raw) {
        String text = utf8OrNull(raw);
        if (text != null) {
            json.writeStringProperty(member, text);
        } else {
            json.writeStringProperty(binaryMember, Base64.getEncoder()
                    .encodeToString(
                            raw.getBytes(StandardCharsets.ISO_8859_1)));
        }
    }

    private static @Nullable String utf8OrNull(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) >= 128) {
                return decodedOrNull(raw.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return raw;
    }

    private static @Nullable String decodedOrNull(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private void op(String op) {
        json.writeStartObject();
        json.writeStringProperty("op", op);
    }

    private void endRow(@Nullable String unknown, Until until) {
        if (until.seq() != 0) {
            json.writeNumberProperty("until", until.seq());
            json.writeNumberProperty("ut", until.time());
        }
        if (unknown != null) {
            json.writeRaw("," + unknown);
        }
        end();
    }

    static String code(NodeType type) {
        return switch (type) {
            case FILE -> "f";
            case FOLDER -> "d";
            case LINK -> "l";
        };
    }

    /** A name in an index line: base64 of its bytes. */
    static String base64(Name name) {
        return Base64.getEncoder().encodeToString(name.bytes());
    }

    @Override
    public void close() {
        json.close();
    }
}
