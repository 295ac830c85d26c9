package aloft.vault;

import aloft.format.BlockRow;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** Tables of rows in memory, sorted; what a checkpoint is made from and read into. */
final class TestRows implements RowSource, RowSink {

    final TreeMap<Integer, String> devices = new TreeMap<>();
    final TreeMap<Key, NodeRow> nodes = new TreeMap<>();
    final TreeMap<Key, BlockRow> blocks = new TreeMap<>();
    final TreeMap<Key, Old<NodeRow>> oldNodes = new TreeMap<>();
    final TreeMap<Key, Old<BlockRow>> oldBlocks = new TreeMap<>();

    record Old<R>(R row, long until, long untilTime) {}

    /** Folders of files with one block each. */
    static TestRows random(int files, long seed) {
        var random = new Random(seed);
        var rows = new TestRows();
        rows.device(1, "desktop");
        for (int i = 0; i < files; i++) {
            long id = (1L << 48) + i;
            rows.node(node(random, 1L + i / 20, Name.of("file " + i + ".txt"), id));
            rows.block(block(random, id, 0));
        }
        return rows;
    }

    static NodeRow node(Random random, long parent, Name name, long id) {
        return new NodeRow(parent, name, id, NodeType.FILE, random.nextInt(5_000_000),
                1_700_000_000_000_000_000L + random.nextInt(), 0644, 1, NodeRow.DEFAULT_BLOCK_BITS, null,
                Map.of(), 1 + random.nextInt(5_000), null);
    }

    static BlockRow block(Random random, long file, long index) {
        int length = Segments.streamLength(random.nextInt(600_000));
        byte[] header = null;
        if (length > RowWriter.HEADER_ABOVE) {
            header = new byte[Segments.HEADER];
            random.nextBytes(header);
        }
        return row(file, index, new ObjectId(random.nextLong(), random.nextLong()), random.nextInt(4_000_000),
                length, header);
    }

    /** NullAway does not see the annotation of an array in a record from a class file. */
    @SuppressWarnings("NullAway")
    static BlockRow row(long file, long index, ObjectId object, int offset, int length,
            byte @Nullable [] header) {
        return new BlockRow(file, index, object, offset, length, 1, header, null);
    }

    /** Any node row that can be: odd names, times, types, xattrs. */
    static NodeRow anyNode(Random random) {
        NodeType type = List.of(NodeType.FILE, NodeType.FOLDER, NodeType.LINK).get(random.nextInt(3));
        String target = type == NodeType.LINK ? anyBytes(random, 1 + random.nextInt(60)) : null;
        Map<String, byte[]> xattrs = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            xattrs.put("user." + random.nextInt(100), anyBytes(random, random.nextInt(50))
                    .getBytes(StandardCharsets.ISO_8859_1));
        }
        return new NodeRow(random.nextLong(1, Long.MAX_VALUE), anyName(random), random.nextLong() | 2, type,
                type == NodeType.FILE ? random.nextLong(Long.MAX_VALUE) : 0,
                random.nextBoolean() ? random.nextLong() / 2 : random.nextLong(-5_000_000, 5_000_000),
                random.nextInt(010000), 1 + random.nextInt(3), 16 + random.nextInt(11), target, xattrs,
                random.nextLong(1, Long.MAX_VALUE), random.nextInt(5) == 0 ? anyUnknown(random) : null);
    }

    static Name anyName(Random random) {
        while (true) {
            String raw = switch (random.nextInt(4)) {
                case 0 -> anyBytes(random, 1 + random.nextInt(255));
                case 1 -> Name.of("Größe 漢字 🙂 \"\\\n\u2028 " + random.nextInt()).raw();
                default -> "file-" + random.nextInt(1_000_000);
            };
            if (Name.isValid(raw)) {
                return Name.ofRaw(raw);
            }
        }
    }

    private static String anyUnknown(Random random) {
        return "\"future" + random.nextInt(10) + "\":{\"a\":[1,2.50,-1E-7,null,true,\"\\u0000é\"]},\"z9\":"
                + random.nextInt();
    }

    private static String anyBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void devices(ObjIntConsumer<String> to) {
        devices.forEach((id, name) -> to.accept(name, id));
    }

    @Override
    public void nodes(Consumer<NodeRow> to) {
        nodes.values().forEach(to);
    }

    @Override
    public void blocks(Consumer<BlockRow> to) {
        blocks.values().forEach(to);
    }

    @Override
    public void oldNodes(History<NodeRow> to) {
        oldNodes.values().forEach(old -> to.accept(old.row(), old.until(), old.untilTime()));
    }

    @Override
    public void oldBlocks(History<BlockRow> to) {
        oldBlocks.values().forEach(old -> to.accept(old.row(), old.until(), old.untilTime()));
    }

    @Override
    public void device(int id, String name) {
        devices.put(id, name);
    }

    @Override
    public void node(NodeRow row) {
        nodes.put(Key.node(row.parent(), row.name(), 0), row);
    }

    @Override
    public void block(BlockRow row) {
        blocks.put(Key.block(row.file(), row.index(), 0), row);
    }

    @Override
    public void oldNode(NodeRow row, long until, long untilTime) {
        oldNodes.put(Key.node(row.parent(), row.name(), until), new Old<>(row, until, untilTime));
    }

    @Override
    public void oldBlock(BlockRow row, long until, long untilTime) {
        oldBlocks.put(Key.block(row.file(), row.index(), until), new Old<>(row, until, untilTime));
    }

    /** All rows in words: rows hold arrays, which records compare by identity. */
    String text() {
        var text = new StringBuilder();
        devices.forEach((id, name) -> text.append(id).append(' ').append(name).append('\n'));
        nodes.values().forEach(row -> text.append(text(row)).append('\n'));
        blocks.values().forEach(row -> text.append(text(row)).append('\n'));
        oldNodes.values()
                .forEach(old -> text.append(text(old.row()))
                        .append(old.until())
                        .append(' ')
                        .append(old.untilTime())
                        .append('\n'));
        oldBlocks.values()
                .forEach(old -> text.append(text(old.row()))
                        .append(old.until())
                        .append(' ')
                        .append(old.untilTime())
                        .append('\n'));
        return text.toString();
    }

    static String text(NodeRow row) {
        var xattrs = new StringBuilder();
        row.xattrs()
                .entrySet()
                .stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .forEach(x -> xattrs.append(x.getKey()).append(Arrays.toString(x.getValue())));
        return new NodeRow(row.parent(), row.name(), row.id(), row.type(), row.size(), row.mtime(),
                row.mode(), row.rootKey(), row.blockBits(), row.target(), Map.of(), row.version(),
                row.unknown()) + row.name().raw() + xattrs;
    }

    static String text(BlockRow row) {
        return row(row.file(), row.index(), row.object(), row.offset(), row.length(), null).toString()
                + row.rootKey() + row.unknown() + Arrays.toString(row.header());
    }
}
