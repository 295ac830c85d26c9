package aloft.tree;

import aloft.format.BlockRow;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the tree writes into the journal: the head of one record, and its binary form. */
sealed interface Entry {

    /** The state of entries after a change, all of them at once. */
    record Nodes(long stamp, List<NodeState> states) implements Entry {}

    /** @param row null when the entry is gone; its version is that of the log it builds on */
    record NodeState(long id, @Nullable NodeRow row) {}

    /** Bytes written; the record's body holds them. */
    record Data(long file, long offset, long sizeAfter, long mtime) implements Entry {}

    /** Zeros from an offset on, for a truncation or a hole; {@code length} may be 0. */
    record Zeros(long file, long offset, long length, long sizeAfter, long mtime) implements Entry {}

    /** A batch is about to be published. */
    record Attempt(long seq, byte[] hash, long stamp, List<Included> included) implements Entry {}

    /**
     * An entry in a batch.
     *
     * @param gone       whether the batch takes it out of the log
     * @param contentRef content records before this one are in the batch, 0 when no content is
     * @param blocks     the blocks that the batch puts or deletes
     */
    record Included(long id, boolean gone, long contentRef, int blockBits, List<Long> blocks) {}

    /** The attempt of this hash is in the log and in the database. */
    record Done(byte[] hash) implements Entry {}

    /** These entries are as the log says, as of the change {@code stamp}. */
    record Clean(long stamp, List<Long> ids) implements Entry {}

    /** Some of the blocks of the {@link Moved} that follows, which holds the rest of them. */
    record Beneath(long to, List<BlockRow> base) implements Entry {}

    /** The local content of one file became that of another, on top of blocks of the first. */
    record Moved(long from, long to, long sizeAfter, long mtime, List<BlockRow> base) implements Entry {}

    /** All that is always kept on this device. */
    record Pinned(List<Long> ids) implements Entry {}

    /** What is there all together or not at all. */
    record Group(List<byte[]> entries) implements Entry {}

    int LIMIT = 1 << 24;
    /** Blocks in one record. */
    int MOST_BLOCKS = 4_000;

    /** The same in records of which none is too long. */
    static List<Entry> parts(Moved moved) {
        List<BlockRow> base = moved.base();
        List<Entry> parts = new ArrayList<>();
        int next = 0;
        for (; base.size() - next > MOST_BLOCKS; next += MOST_BLOCKS) {
            parts.add(new Beneath(moved.to(), base.subList(next, next + MOST_BLOCKS)));
        }
        parts.add(new Moved(moved.from(), moved.to(), moved.sizeAfter(), moved.mtime(),
                base.subList(next, base.size())));
        return parts;
    }

    static byte[] encode(Entry entry) {
        var bytes = new ByteArrayOutputStream(128);
        try (var out = new DataOutputStream(bytes)) {
            switch (entry) {
                case Nodes nodes -> writeNodes(out, nodes);
                case Data data -> {
                    out.writeByte(2);
                    writeLongs(out, data.file(), data.offset(), data.sizeAfter(), data.mtime());
                }
                case Zeros zeros -> {
                    out.writeByte(3);
                    writeLongs(out, zeros.file(), zeros.offset(), zeros.length(), zeros.sizeAfter(),
                            zeros.mtime());
                }
                case Attempt attempt -> writeAttempt(out, attempt);
                case Done done -> {
                    out.writeByte(5);
                    writeBytes(out, done.hash());
                }
                case Moved moved -> writeMoved(out, moved);
                case Clean clean -> {
                    out.writeByte(7);
                    out.writeLong(clean.stamp());
                    writeList(out, clean.ids());
                }
                case Beneath beneath -> {
                    out.writeByte(9);
                    out.writeLong(beneath.to());
                    writeBlocks(out, beneath.base());
                }
                case Group group -> {
                    out.writeByte(10);
                    out.writeInt(group.entries().size());
                    for (byte[] each : group.entries()) {
                        writeBytes(out, each);
                    }
                }
                case Pinned pinned -> {
                    out.writeByte(8);
                    writeList(out, pinned.ids());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException when it is none, or one of a later version */
    static Entry decode(byte[] head) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(head))) {
            int kind = in.readUnsignedByte();
            return switch (kind) {
                case 1 -> readNodes(in);
                case 2 -> new Data(in.readLong(), in.readLong(), in.readLong(), in.readLong());
                case 3 ->
                    new Zeros(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
                case 4 -> readAttempt(in);
                case 5 -> new Done(readBytes(in));
                case 6 -> readMoved(in);
                case 7 -> new Clean(in.readLong(), readLongs(in));
                case 8 -> new Pinned(readLongs(in));
                case 9 -> new Beneath(in.readLong(), readBlocks(in));
                case 10 -> readGroup(in);
                default -> throw new IOException("The journal holds a record of unknown kind " + kind + ".");
            };
        } catch (IllegalArgumentException e) {
            throw new IOException("The journal holds a record that makes no sense.", e);
        }
    }

    private static Group readGroup(DataInputStream in) throws IOException {
        int count = count(in);
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(readBytes(in));
        }
        return new Group(entries);
    }

    private static void writeNodes(DataOutputStream out, Nodes nodes) throws IOException {
        out.writeByte(1);
        out.writeLong(nodes.stamp());
        out.writeInt(nodes.states().size());
        for (NodeState state : nodes.states()) {
            out.writeLong(state.id());
            NodeRow row = state.row();
            out.writeBoolean(row != null);
            if (row != null) {
                writeRow(out, row);
            }
        }
    }

    private static Nodes readNodes(DataInputStream in) throws IOException {
        long stamp = in.readLong();
        int count = count(in);
        List<NodeState> states = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long id = in.readLong();
            states.add(new NodeState(id, in.readBoolean() ? readRow(in, id) : null));
        }
        return new Nodes(stamp, states);
    }

    private static void writeRow(DataOutputStream out, NodeRow row) throws IOException {
        out.writeLong(row.parent());
        writeRaw(out, row.name().raw());
        out.writeByte(switch (row.type()) {
            case FILE -> 'f';
            case FOLDER -> 'd';
            case LINK -> 'l';
        });
        writeLongs(out, row.size(), row.mtime(), row.version());
        out.writeShort(row.mode());
        out.writeInt(row.rootKey());
        out.writeByte(row.blockBits());
        writeRaw(out, row.target() == null ? "" : row.target());
        out.writeInt(row.xattrs().size());
        for (Map.Entry<String, byte[]> xattr : row.xattrs().entrySet()) {
            writeRaw(out,
                    new String(xattr.getKey().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
            writeBytes(out, xattr.getValue());
        }
        String unknown = row.unknown() == null ? "" : row.unknown();
        writeBytes(out, unknown.getBytes(StandardCharsets.UTF_8));
    }

    private static NodeRow readRow(DataInputStream in, long id) throws IOException {
        long parent = in.readLong();
        Name name = Name.ofRaw(readRaw(in));
        NodeType type = switch (in.readUnsignedByte()) {
            case 'f' -> NodeType.FILE;
            case 'd' -> NodeType.FOLDER;
            case 'l' -> NodeType.LINK;
            default -> throw new IOException("The journal holds an entry of unknown type.");
        };
        long size = in.readLong();
        long mtime = in.readLong();
        long version = in.readLong();
        int mode = in.readUnsignedShort();
        int rootKey = in.readInt();
        int bits = in.readUnsignedByte();
        String target = readRaw(in);
        Map<String, byte[]> xattrs = new HashMap<>();
        int count = count(in);
        for (int i = 0; i < count; i++) {
            String key = new String(readRaw(in).getBytes(StandardCharsets.ISO_8859_1),
                    StandardCharsets.UTF_8);
            xattrs.put(key, readBytes(in));
        }
        String unknown = new String(readBytes(in), StandardCharsets.UTF_8);
        return new NodeRow(parent, name, id, type, size, mtime, mode, rootKey, bits,
                type == NodeType.LINK ? target : null, xattrs, version, unknown.isEmpty() ? null : unknown);
    }

    private static void writeAttempt(DataOutputStream out, Attempt attempt) throws IOException {
        out.writeByte(4);
        out.writeLong(attempt.seq());
        writeBytes(out, attempt.hash());
        out.writeLong(attempt.stamp());
        out.writeInt(attempt.included().size());
        for (Included included : attempt.included()) {
            writeLongs(out, included.id(), included.contentRef());
            out.writeBoolean(included.gone());
            out.writeByte(included.blockBits());
            writeList(out, included.blocks());
        }
    }

    private static Attempt readAttempt(DataInputStream in) throws IOException {
        long seq = in.readLong();
        byte[] hash = readBytes(in);
        long stamp = in.readLong();
        int count = count(in);
        List<Included> included = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long id = in.readLong();
            long ref = in.readLong();
            boolean gone = in.readBoolean();
            int bits = in.readUnsignedByte();
            included.add(new Included(id, gone, ref, bits, readLongs(in)));
        }
        return new Attempt(seq, hash, stamp, included);
    }

    private static void writeMoved(DataOutputStream out, Moved moved) throws IOException {
        out.writeByte(6);
        writeLongs(out, moved.from(), moved.to(), moved.sizeAfter(), moved.mtime());
        writeBlocks(out, moved.base());
    }

    private static void writeBlocks(DataOutputStream out, List<BlockRow> rows) throws IOException {
        out.writeInt(rows.size());
        for (BlockRow row : rows) {
            writeLongs(out, row.file(), row.index(), row.object().high(), row.object().low());
            out.writeInt(row.offset());
            out.writeInt(row.length());
            out.writeInt(row.rootKey());
            writeBytes(out, row.header() == null ? new byte[0] : row.header());
        }
    }

    private static Moved readMoved(DataInputStream in) throws IOException {
        long from = in.readLong();
        long to = in.readLong();
        long size = in.readLong();
        long mtime = in.readLong();
        return new Moved(from, to, size, mtime, readBlocks(in));
    }

    private static List<BlockRow> readBlocks(DataInputStream in) throws IOException {
        int count = count(in);
        List<BlockRow> base = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long file = in.readLong();
            long index = in.readLong();
            var object = new ObjectId(in.readLong(), in.readLong());
            int offset = in.readInt();
            int length = in.readInt();
            int rootKey = in.readInt();
            byte[] header = readBytes(in);
            base.add(new BlockRow(file, index, object, offset, length, rootKey,
                    header.length == 0 ? null : header, null));
        }
        return base;
    }

    private static void writeLongs(DataOutputStream out, long... values) throws IOException {
        for (long value : values) {
            out.writeLong(value);
        }
    }

    private static void writeList(DataOutputStream out, List<Long> values) throws IOException {
        out.writeInt(values.size());
        for (long value : values) {
            out.writeLong(value);
        }
    }

    private static List<Long> readLongs(DataInputStream in) throws IOException {
        int count = count(in);
        List<Long> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(in.readLong());
        }
        return values;
    }

    private static void writeRaw(DataOutputStream out, String raw) throws IOException {
        writeBytes(out, raw.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String readRaw(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.ISO_8859_1);
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = count(in);
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("The journal holds a record that is too short.");
        }
        return bytes;
    }

    private static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > LIMIT || count > in.available()) {
            throw new IOException("The journal holds a record that makes no sense.");
        }
        return count;
    }
}
