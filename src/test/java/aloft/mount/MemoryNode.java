package aloft.mount;

import aloft.format.NodeType;
import aloft.tree.Drive.Attributes;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** An entry of a {@link MemoryDrive}; content in chunks, missing ones are zeros. Guarded by the drive. */
final class MemoryNode {

    private static final int CHUNK = 256 << 10;

    final long id;
    final NodeType type;
    final TreeMap<String, MemoryNode> children = new TreeMap<>();
    final Map<String, byte[]> xattrs = new TreeMap<>();
    private final Map<Long, byte[]> chunks = new HashMap<>();
    String target = "";
    int mode;
    long size;
    long mtime;
    long ctime;

    MemoryNode(long id, NodeType type, int mode, long now) {
        this.id = id;
        this.type = type;
        this.mode = mode;
        this.mtime = now;
        this.ctime = now;
    }

    Attributes attributes() {
        return new Attributes(id, type, type == NodeType.LINK ? target.length() : size, mtime, ctime, mode,
                type == NodeType.FOLDER ? 2 : 1, (long) chunks.size() * CHUNK);
    }

    synchronized int read(long offset, byte[] to, int at, int length) {
        int left = (int) Math.max(0, Math.min(length, size - offset));
        for (int done = 0; done < left;) {
            long position = offset + done;
            int part = part(position, left - done);
            byte[] chunk = chunks.get(position / CHUNK);
            if (chunk == null) {
                java.util.Arrays.fill(to, at + done, at + done + part, (byte) 0);
            } else {
                System.arraycopy(chunk, (int) (position % CHUNK), to, at + done, part);
            }
            done += part;
        }
        return left;
    }

    synchronized void write(long offset, byte[] from, int at, int length) {
        for (int done = 0; done < length;) {
            long position = offset + done;
            int part = part(position, length - done);
            byte[] chunk = chunks.computeIfAbsent(position / CHUNK, index -> new byte[CHUNK]);
            System.arraycopy(from, at + done, chunk, (int) (position % CHUNK), part);
            done += part;
        }
        size = Math.max(size, offset + length);
    }

    synchronized void setSize(long now) {
        if (now < size) {
            clear(now, size - now);
            chunks.keySet().removeIf(index -> index * CHUNK >= now);
        }
        size = now;
    }

    synchronized void clear(long offset, long length) {
        for (long done = 0; done < length;) {
            long position = offset + done;
            int part = part(position, length - done);
            byte[] chunk = chunks.get(position / CHUNK);
            if (chunk != null) {
                int from = (int) (position % CHUNK);
                java.util.Arrays.fill(chunk, from, from + part, (byte) 0);
            }
            done += part;
        }
    }

    private static int part(long position, long left) {
        return (int) Math.min(left, CHUNK - position % CHUNK);
    }
}
