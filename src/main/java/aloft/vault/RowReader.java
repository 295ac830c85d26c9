package aloft.vault;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import aloft.vault.RowWriter.Until;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON lines of rows and actions; the counterpart of {@link RowWriter}. Not thread safe. */
final class RowReader implements AutoCloseable {

    private static final int MAX_TARGET = 4_095;
    /** Of a block: files have less than 2^63 bytes, blocks at least 2^16. */
    private static final long MAX_INDEX = 1L << 47;
    private static final int MAX_XATTRS = 4_096;
    private static final long NANOS = 1_000_000;
    /** Milliseconds whose nanoseconds fit a long. */
    private static final long MAX_MILLIS = Long.MAX_VALUE / NANOS - 1;

    private final Json json;
    private final String what;
    private long untilSeq;
    private long untilTime;

    /** @param what for messages, "Commit 17" */
    RowReader(byte[] lines, String what) throws Failure.Damaged {
        this.json = new Json(lines, what);
        this.what = what;
    }

    Json json() {
        return json;
    }

    /** Of the row that was read last; NOW when it had none. */
    Until until() {
        return new Until(untilSeq, untilTime);
    }

    /**
     * The next action, null at the end.
     *
     * @param seq version of the rows that name none
     * @throws Failure.TooNew for an action that this version does not know
     */
    @Nullable
    Action nextOrNull(long seq) throws Failure {
        if (!json.nextObject()) {
            return null;
        }
        untilSeq = 0;
        untilTime = 0;
        json.check("op".equals(json.nextMember()));
        String op = json.text();
        return switch (op) {
            case "n" -> new Action.PutNode(node(seq));
            case "b" -> new Action.PutBlock(block());
            case "-n" -> deleteNode();
            case "-b" -> deleteBlock();
            case "dev" -> device();
            case "gc" -> collect();
            default -> throw new Failure.TooNew(what
                    + " was written by a newer Aloft; please update. Until then the drive is read-only.");
        };
    }

    private NodeRow node(long seq) throws Failure {
        var row = new NodeFields(seq);
        for (String member; (member = json.nextMember()) != null;) {
            switch (member) {
                case "p" -> row.parent = json.unsigned();
                case "n" -> row.name = name(utf8(json.text()));
                case "nb" -> row.name = name(bytes());
                case "i" -> row.id = json.unsigned();
                case "t" -> row.type = type(json.text());
                case "s" -> row.size = json.number(0, Long.MAX_VALUE);
                case "m" -> row.millis = json.number(-MAX_MILLIS, MAX_MILLIS);
                case "ns" -> row.nanos = json.number(0, NANOS - 1);
                case "x" -> row.mode = json.integer(0, 07777);
                case "k" -> row.rootKey = json.integer(0, Integer.MAX_VALUE);
                case "bs" -> row.blockBits = json.integer(16, 26);
                case "l" -> row.target = target(utf8(json.text()));
                case "lb" -> row.target = target(bytes());
                case "xa" -> row.xattrs = xattrs();
                case "v" -> row.version = json.number(0, Long.MAX_VALUE);
                default -> row.unknown = readUntil(member) ? row.unknown : json.keep(row.unknown, member);
            }
        }
        return row.build(json);
    }

    private BlockRow block() throws Failure {
        long file = 0;
        long index = -1;
        ObjectId object = null;
        int offset = -1;
        int length = -1;
        int rootKey = 0;
        byte[] header = null;
        String unknown = null;
        for (String member; (member = json.nextMember()) != null;) {
            switch (member) {
                case "f" -> file = json.unsigned();
                case "b" -> index = json.number(0, MAX_INDEX);
                case "o" -> object = object();
                case "a" -> offset = json.integer(0, Segments.MAX_STREAM);
                case "z" -> length = json.integer(0, Segments.MAX_STREAM);
                case "k" -> rootKey = json.integer(0, Integer.MAX_VALUE);
                case "h" -> header = json.base64();
                default -> unknown = readUntil(member) ? unknown : json.keep(unknown, member);
            }
        }
        boolean hole = untilSeq > 0 && length == 0;
        if (file == 0 || index < 0 || object == null || offset < 0
                || !hole && !Segments.isStreamLength(length)
                || offset + length > Pack.MAX_BYTES
                || header != null && header.length != Segments.HEADER) {
            throw json.damaged(null);
        }
        return new BlockRow(file, index, object, offset, length, rootKey, header, unknown);
    }

    private boolean readUntil(String member) throws Failure {
        switch (member) {
            case "until" -> untilSeq = json.number(1, Long.MAX_VALUE);
            case "ut" -> untilTime = json.number(Long.MIN_VALUE, Long.MAX_VALUE);
            default -> {
                return false;
            }
        }
        return true;
    }

    private Action deleteNode() throws Failure {
        long parent = 0;
        Name name = null;
        for (String member; (member = json.nextMember()) != null;) {
            switch (member) {
                case "p" -> parent = json.unsigned();
                case "n" -> name = name(utf8(json.text()));
                case "nb" -> name = name(bytes());
                default -> json.skip();
            }
        }
        if (parent == 0 || name == null) {
            throw json.damaged(null);
        }
        return new Action.DeleteNode(parent, name);
    }

    private Action deleteBlock() throws Failure {
        long file = 0;
        long index = -1;
        for (String member; (member = json.nextMember()) != null;) {
            switch (member) {
                case "f" -> file = json.unsigned();
                case "b" -> index = json.number(0, Long.MAX_VALUE);
                default -> json.skip();
            }
        }
        json.check(file != 0 && index >= 0);
        return new Action.DeleteBlock(file, index);
    }

    private Action device() throws Failure {
        int id = 0;
        String name = "";
        for (String member; (member = json.nextMember()) != null;) {
            switch (member) {
                case "i" -> id = json.integer(1, 65_535);
                case "name" -> name = json.text();
                default -> json.skip();
            }
        }
        json.check(id > 0);
        return new Action.RegisterDevice(id, name);
    }

    private Action collect() throws Failure {
        long forget = 0;
        boolean moves = false;
        List<ObjectId> packs = List.of();
        List<ObjectId> pages = List.of();
        for (String member; (member = json.nextMember()) != null;) {
            switch (member) {
                case "u" -> forget = json.number(0, Long.MAX_VALUE);
                case "mv" -> moves = json.flag();
                case "o" -> packs = objects();
                case "p" -> pages = objects();
                default -> json.skip();
            }
        }
        return new Action.Collect(forget, moves, packs, pages);
    }

    private List<ObjectId> objects() throws Failure.Damaged {
        var objects = new ArrayList<ObjectId>();
        json.enterList();
        while (json.nextElement()) {
            json.check(objects.size() < Action.Collect.MOST);
            objects.add(object());
        }
        return objects;
    }

    private NodeType type(String code) throws Failure.Damaged {
        return switch (code) {
            case "f" -> NodeType.FILE;
            case "d" -> NodeType.FOLDER;
            case "l" -> NodeType.LINK;
            default -> throw json.damaged(null);
        };
    }

    private Name name(String raw) throws Failure.Damaged {
        json.check(Name.isValid(raw));
        return Name.ofRaw(raw);
    }

    private String target(String raw) throws Failure.Damaged {
        json.check(!raw.isEmpty() && raw.length() <= MAX_TARGET);
        return raw;
    }

    private ObjectId object() throws Failure.Damaged {
        try {
            return ObjectId.parse(json.text());
        } catch (IllegalArgumentException e) {
            throw json.damaged(e);
        }
    }

    private Map<String, byte[]> xattrs() throws Failure.Damaged {
        var xattrs = new HashMap<String, byte[]>();
        json.enterObject();
        for (String member; (member = json.nextMember()) != null;) {
            json.check(xattrs.size() < MAX_XATTRS);
            xattrs.put(member, json.base64());
        }
        return xattrs;
    }

    /** Base64 as one char for each byte. */
    private String bytes() throws Failure.Damaged {
        return new String(json.base64(), StandardCharsets.ISO_8859_1);
    }

    /** Text as one char for each byte of its UTF-8. */
    private String utf8(String text) throws Failure.Damaged {
        boolean ascii = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            ascii &= c < 128;
            if (Character.isSurrogate(c)) {
                json.check(StandardCharsets.UTF_8.newEncoder().canEncode(text));
                ascii = false;
                break;
            }
        }
        return ascii
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        json.close();
    }

    /** What a node row is made of, while it is read. */
    private static final class NodeFields {
        private long parent;
        private @Nullable Name name;
        private long id;
        private @Nullable NodeType type;
        private long size;
        private long millis;
        private long nanos;
        private int mode;
        private int rootKey;
        private int blockBits = NodeRow.DEFAULT_BLOCK_BITS;
        private @Nullable String target;
        private Map<String, byte[]> xattrs = Map.of();
        private long version;
        private @Nullable String unknown;

        NodeFields(long version) {
            this.version = version;
        }

        NodeRow build(Json json) throws Failure.Damaged {
            if (parent == 0 || name == null || id == 0 || type == null
                    || (type == NodeType.LINK) != (target != null)) {
                throw json.damaged(null);
            }
            return new NodeRow(parent, name, id, type, size, millis * NANOS + nanos, mode, rootKey, blockBits,
                    target, xattrs, version, unknown);
        }
    }
}
