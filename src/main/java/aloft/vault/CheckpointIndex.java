package aloft.vault;

import aloft.failure.Failure;
import aloft.format.ObjectId;
import aloft.vault.Checkpoint.Page;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Checkpoint indexes as objects k/… and back. */
final class CheckpointIndex {

    /** A page line takes about 180 bytes: some 170 million rows. */
    private static final int MAX_JSON = 32 << 20;
    static final int MAX_OBJECT = Metadata.objectLimit(MAX_JSON);
    static final int MAX_PAGE_ROWS = 4_096;

    private CheckpointIndex() {}

    static byte[] seal(Keys keys, Checkpoint checkpoint) {
        byte[] json = json(checkpoint);
        if (json.length > MAX_JSON) {
            throw new IllegalArgumentException("too many rows for a checkpoint");
        }
        return Metadata.seal(keys, Metadata.CHECKPOINT, place(checkpoint.seq()), json);
    }

    static Checkpoint open(Keys keys, long seq, byte[] object) throws Failure {
        String what = "Checkpoint " + seq;
        byte[] lines = Metadata.open(keys, Metadata.CHECKPOINT, place(seq), object, MAX_JSON, what);
        try (var json = new Json(lines, what)) {
            byte[] head = head(json, seq);
            List<Page> pages = new ArrayList<>();
            while (json.nextObject()) {
                Page page = pageOrNull(json);
                if (page == null) {
                    throw new Failure.TooNew(what + " was written by a newer Aloft; please update.");
                }
                pages.add(page);
            }
            return new Checkpoint(seq, head, pages);
        }
    }

    private static byte[] head(Json json, long seq) throws Failure {
        long says = 0;
        byte[] head = new byte[0];
        json.check(json.nextObject());
        for (String member; (member = json.nextMember()) != null;) {
            switch (member) {
                case "seq" -> says = json.number(1, Long.MAX_VALUE);
                case "head" -> head = hash(json);
                default -> json.skip();
            }
        }
        json.check(says == seq && head.length == CommitCodec.HASH);
        return head;
    }

    private static byte[] hash(Json json) throws Failure.Damaged {
        try {
            return HexFormat.of().parseHex(json.text());
        } catch (IllegalArgumentException e) {
            throw json.damaged(e);
        }
    }

    /** Null when it is of a table that this version does not know. */
    private static @Nullable Page pageOrNull(Json json) throws Failure {
        json.check("t".equals(json.nextMember()));
        Table table = Table.parseOrNull(json.text());
        if (table == null) {
            return null;
        }
        Key from = null;
        ObjectId object = null;
        int offset = 0;
        int length = 0;
        int rows = 0;
        int root = 0;
        String hash = "";
        for (String member; (member = json.nextMember()) != null;) {
            switch (member) {
                case "from" -> from = Key.read(json, table);
                case "o" -> object = object(json);
                case "a" -> offset = json.integer(0, Pack.MAX_BYTES);
                case "z" -> length = json.integer(Segments.MIN_STREAM, Pack.MAX_BYTES);
                case "c" -> rows = json.integer(1, MAX_PAGE_ROWS);
                case "k" -> root = json.integer(1, Integer.MAX_VALUE);
                case "h" -> hash = json.text();
                default -> json.skip();
            }
        }
        if (from == null || object == null || rows == 0 || root == 0
                || !Segments.isStreamLength(length) || offset + length > Pack.MAX_BYTES) {
            throw json.damaged(null);
        }
        return new Page(table, from, object, offset, length, rows, root, hash);
    }

    private static ObjectId object(Json json) throws Failure.Damaged {
        try {
            return ObjectId.parse(json.text());
        } catch (IllegalArgumentException e) {
            throw json.damaged(e);
        }
    }

    private static byte[] json(Checkpoint checkpoint) {
        try (var lines = new RowWriter()) {
            JsonGenerator json = lines.begin();
            json.writeNumberProperty("seq", checkpoint.seq());
            json.writeStringProperty("head", HexFormat.of().formatHex(checkpoint.head()));
            json.writeName("counts").writeStartObject();
            for (Table table : Table.values()) {
                json.writeNumberProperty(table.code(), checkpoint.pages()
                        .stream()
                        .filter(page -> page.table() == table)
                        .mapToLong(Page::rows)
                        .sum());
            }
            json.writeEndObject();
            lines.end();
            for (Page page : checkpoint.pages()) {
                json.writeStartObject();
                json.writeStringProperty("t", page.table().code());
                json.writeName("from");
                page.from().write(json, page.table());
                json.writeStringProperty("o", page.object().hex());
                json.writeNumberProperty("a", page.offset());
                json.writeNumberProperty("z", page.length());
                json.writeNumberProperty("c", page.rows());
                json.writeNumberProperty("k", page.rootKey());
                json.writeStringProperty("h", page.hash());
                lines.end();
            }
            return lines.take();
        }
    }

    private static byte[] place(long seq) {
        return ByteBuffer.allocate(8).putLong(seq).array();
    }
}
