package aloft.vault;

import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Fills a vault with a bit of everything: two commits, a checkpoint, two more commits; files of no, one and
 * many blocks, zeros, a link, xattrs, odd names. Always the same but for what is random in the cipher.
 */
final class SampleVault {

    static final long TIME = 1_700_000_000_123L;
    private static final long NANOS = TIME * 1_000_000 + 456_789;
    private static final int SMALL_BLOCKS = 16;

    private final Vault vault;
    /** What the drive holds in the end, by path (one char for each byte). */
    final TreeMap<String, Entry> entries = new TreeMap<>();
    /** The rows after the last commit. */
    final TestRows rows = new TestRows();
    private long nextId = 1L << 48;
    private byte[] head = new byte[32];
    private long seq;

    SampleVault(Vault vault) {
        this.vault = vault;
    }

    record Entry(NodeRow row, byte[] content) {

        /** As restore.py's target shows it: type, mode, mtime in ns, content or target, xattrs. */
        String text() {
            var text = new StringBuilder();
            text.append(RowWriter.code(row.type())).append(' ');
            text.append(row.type() == NodeType.LINK ? "-" : Integer.toOctalString(row.mode())).append(' ');
            text.append(row.mtime()).append(' ');
            String target = row.target();
            text.append(target != null
                    ? HexFormat.of().formatHex(target.getBytes(StandardCharsets.ISO_8859_1))
                    : HexFormat.of().formatHex(Derive.sha256(content)));
            new TreeMap<>(row.xattrs()).forEach((name, value) -> text.append(' ')
                    .append(name)
                    .append('=')
                    .append(HexFormat.of().formatHex(value)));
            return text.toString();
        }
    }

    /** One action after the other; blocks go into one pack. */
    private final class Changes {
        final List<Action> actions = new ArrayList<>();
        final Pack pack = vault.newPack(TIME + seq);

        NodeRow folder(String path, int mode) {
            return put(path, NodeType.FOLDER, mode, null, Map.of(), 22, new byte[0], 0);
        }

        void link(String path, String target) {
            put(path, NodeType.LINK, 0777, target, Map.of(), 22, new byte[0], target.length());
        }

        NodeRow file(String path, int mode, Map<String, byte[]> xattrs, int bits, byte[] content, long size) {
            NodeRow row = put(path, NodeType.FILE, mode, null, xattrs, bits, content, size);
            write(path, row, content);
            return row;
        }

        void text(String path, String content) {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            file(path, 0644, Map.of(), 22, bytes, bytes.length);
        }

        /** Every block but those of zeros; a block's zeros at its end are left out too. */
        private void write(String path, NodeRow row, byte[] content) {
            int block = 1 << row.blockBits();
            for (int at = 0; at < content.length; at += block) {
                int end = Math.min(content.length, at + block);
                while (end > at && content[end - 1] == 0) {
                    end--;
                }
                if (end > at) {
                    BlockRow stored = pack.add(row, path, at / block, content, at, end - at);
                    actions.add(new Action.PutBlock(stored));
                    rows.block(stored);
                }
            }
        }

        private NodeRow put(String path, NodeType type, int mode, @Nullable String target,
                Map<String, byte[]> xattrs, int bits, byte[] content, long size) {
            int slash = path.lastIndexOf('/');
            Entry folder = entries.get(path.substring(0, slash));
            var row = new NodeRow(folder == null ? NodeRow.ROOT_ID : folder.row().id(),
                    Name.ofRaw(path.substring(slash + 1)), nextId++, type, size,
                    NANOS + nextId % 1_000 * 1_000_000_007L, mode, 1, bits, target, xattrs, seq + 1, null);
            add(path, row, Arrays.copyOf(content, type == NodeType.FILE ? (int) size : 0));
            return row;
        }

        private void add(String path, NodeRow row, byte[] content) {
            actions.add(new Action.PutNode(row));
            rows.node(row);
            entries.put(path, new Entry(row, content));
        }

        void remove(String path) {
            Entry entry = entries.remove(path);
            if (entry == null) {
                throw new IllegalArgumentException(path);
            }
            actions.add(new Action.DeleteNode(entry.row().parent(), entry.row().name()));
            rows.nodes.remove(Key.node(entry.row().parent(), entry.row().name(), 0));
            rows.blocks.values().removeIf(block -> {
                boolean gone = block.file() == entry.row().id();
                if (gone) {
                    actions.add(new Action.DeleteBlock(block.file(), block.index()));
                }
                return gone;
            });
        }

        /** Of a folder without its own path in the map. */
        void moveFolder(String from, String to, NodeRow newParent, String name) {
            Entry entry = entries.remove(from);
            if (entry == null) {
                throw new IllegalArgumentException(from);
            }
            NodeRow old = entry.row();
            NodeRow moved = old.at(newParent.id(), Name.of(name)).withVersion(seq + 1);
            actions.add(new Action.DeleteNode(old.parent(), old.name()));
            rows.nodes.remove(Key.node(old.parent(), old.name(), 0));
            add(to, moved, entry.content());
            for (String path : List.copyOf(entries.keySet())) {
                if (path.startsWith(from + "/")) {
                    entries.put(to + path.substring(from.length()), entries.remove(path));
                }
            }
        }

        void commit() throws Exception {
            if (pack.blocks() > 0) {
                vault.put(pack.id(), pack.finish());
            }
            seq++;
            Vault.Sealed sealed = vault.seal(new Commit(seq, 1, TIME + seq, vault.keyRevision(), Map.of(),
                    actions), head);
            if (!vault.publish(sealed)) {
                throw new IllegalStateException("slot taken");
            }
            head = sealed.hash();
        }
    }

    void write() throws Exception {
        var first = new Changes();
        first.actions.add(new Action.RegisterDevice(1, "desktop"));
        rows.device(1, "desktop");
        first.folder("/docs", 0755);
        first.file("/docs/hello.txt", 0644, Map.of("user.note", new byte[]{0, -1, 7}, "user.b", new byte[0]),
                22, bytes("Hello, Aloft!\n"), 14);
        first.text("/docs/empty", "");
        first.link("/docs/link", "hello.txt");
        first.link("/docs/odd link", raw("gr\u00fc\u00df/").concat("\u00ff"));
        first.text("/docs/" + raw("Größe 漢字 🙂.txt"), "unicode\n");
        first.text("/docs/" + "\u00ff\u00fe not UTF-8", "bytes\n");
        first.text("/docs/quote\" back\\slash\nline", "odd\n");
        first.file("/blocks.bin", 0600, Map.of(), SMALL_BLOCKS, blocks(), 4 * 65_536 - 5);
        first.file("/sparse.img", 0444, Map.of(), 22, new byte[0], 5 << 20);
        first.text("/gone.txt", "to be deleted\n");
        first.commit();

        var second = new Changes();
        NodeRow sub = second.folder("/sub", 0700);
        second.text("/sub/one", "1\n");
        second.text("/sub/two", "2\n");
        second.file("/run.sh", 0755, Map.of(), 22, bytes("#!/bin/sh\n"), 10);
        second.commit();
        addHistory();
        vault.writeCheckpoint(2, head, rows, null);

        var third = new Changes();
        third.remove("/gone.txt");
        third.moveFolder("/sub", "/docs/moved", entry("/docs"), "moved");
        third.commit();
        var fourth = new Changes();
        fourth.remove("/docs/moved/two");
        fourth.text("/docs/moved/three", "3\n");
        fourth.actions.add(new Action.Collect(0, false, List.of(), List.of()));
        fourth.commit();
        if (sub.id() != entry("/docs/moved").id()) {
            throw new IllegalStateException("a moved folder keeps its id");
        }
    }

    private void addHistory() {
        rows.oldNode(entry("/run.sh").withContent(3, NANOS), 2, TIME + 2);
        rows.oldBlock(rows.blocks.firstEntry().getValue(), 2, TIME + 2);
    }

    private NodeRow entry(String path) {
        Entry entry = entries.get(path);
        if (entry == null) {
            throw new IllegalArgumentException(path);
        }
        return entry.row();
    }

    /** Blocks of 64 KiB: full and so of two segments, zeros, short, cut by the file's end. */
    private static byte[] blocks() {
        byte[] content = new byte[4 * 65_536 - 5];
        new Random(42).nextBytes(content);
        Arrays.fill(content, 65_536, 2 * 65_536, (byte) 0);
        Arrays.fill(content, 2 * 65_536 + 1_000, 3 * 65_536, (byte) 0);
        return content;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One char for each byte of UTF-8. */
    private static String raw(String text) {
        return new String(bytes(text), StandardCharsets.ISO_8859_1);
    }
}
