package aloft.state;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A disk in memory that can lose its power, fill up and fail. After the end of the power a file has of what was
 * not synced any mixture of old and new sectors, and of the changes to the folder's names any that were not synced
 * may be missing.
 */
final class MemoryDisk implements Disk {

    private static final int SECTOR = 512;

    private final Random random;
    private Map<Path, Content> names = new TreeMap<>();
    private final Map<Path, Content> durableNames = new HashMap<>();
    private final List<Consumer<Map<Path, Content>>> unsyncedNames = new ArrayList<>();
    /** Processes that have used it. */
    private int lives;
    private int kills;
    private long room = 1L << 40;
    private long operationsLeft = Long.MAX_VALUE;
    private boolean syncFails;
    private Runnable afterSync = () -> {};
    private boolean truncateFails;
    private long syncs;

    MemoryDisk(long seed) {
        this.random = new Random(seed);
    }

    private static final class Content {
        byte[] bytes = new byte[0];
        byte[] durable = new byte[0];

        void write(int at, byte[] from, int start, int length) {
            if (at + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, at + length);
            }
            System.arraycopy(from, start, bytes, at, length);
        }

        Content afterPowerLoss(Random random) {
            int shorter = Math.min(durable.length, bytes.length);
            int longer = Math.max(durable.length, bytes.length);
            byte[] mixed = new byte[shorter + random.nextInt(longer - shorter + 1)];
            boolean onlySize = random.nextInt(4) == 0;
            for (int at = 0; at < mixed.length; at += SECTOR) {
                byte[] source = onlySize || random.nextBoolean() ? durable : bytes;
                int length = Math.clamp(source.length - at, 0, Math.min(SECTOR, mixed.length - at));
                System.arraycopy(source, Math.min(at, source.length), mixed, at, length);
            }
            var after = new Content();
            after.bytes = mixed;
            after.durable = mixed.clone();
            return after;
        }
    }

    /** Files grow by no more than this from now on. */
    synchronized void setRoom(long bytes) {
        room = bytes;
    }

    /** Every operation after this many fails, as when the power has ended. */
    synchronized void setOperations(long count) {
        operationsLeft = count;
    }

    synchronized void setSyncFails(boolean fails) {
        syncFails = fails;
    }

    synchronized void setTruncateFails(boolean fails) {
        truncateFails = fails;
    }

    /** What happens after the next sync of a file, before it is told; once. */
    synchronized void setAfterSync(Runnable step) {
        afterSync = step;
    }

    private synchronized Runnable takeAfterSync() {
        Runnable step = afterSync;
        afterSync = () -> {};
        return step;
    }

    synchronized long syncs() {
        return syncs;
    }

    /** Everything open is void; what was not synced may be gone. */
    synchronized void losePower() {
        lives++;
        operationsLeft = Long.MAX_VALUE;
        for (var change : unsyncedNames) {
            if (random.nextBoolean()) {
                change.accept(durableNames);
            }
        }
        unsyncedNames.clear();
        names = new TreeMap<>();
        durableNames.forEach((path, content) -> names.put(path, content.afterPowerLoss(random)));
        durableNames.clear();
        durableNames.putAll(names);
    }

    /** Everything open is void, as when the process is killed. */
    synchronized void kill() {
        lives++;
        operationsLeft = Long.MAX_VALUE;
        kills++;
    }

    /** Changes a file behind everyone's back. */
    synchronized void change(Path file, Consumer<byte[]> change) {
        Content content = names.get(file);
        if (content != null) {
            change.accept(content.bytes);
        }
    }

    synchronized void cut(Path file, int size) {
        Content content = names.get(file);
        if (content != null) {
            content.bytes = Arrays.copyOf(content.bytes, size);
        }
    }

    synchronized byte[] bytes(Path file) {
        Content content = names.get(file);
        return content == null ? new byte[0] : content.bytes.clone();
    }

    /** A disk with the same files, all of them durable. */
    synchronized MemoryDisk copy(long seed) {
        var copy = new MemoryDisk(seed);
        names.forEach((path, content) -> {
            var same = new Content();
            same.bytes = content.bytes.clone();
            same.durable = same.bytes.clone();
            copy.names.put(path, same);
        });
        copy.durableNames.putAll(copy.names);
        return copy;
    }

    private void operate() throws IOException {
        if (operationsLeft-- <= 0) {
            throw new IOException("no power");
        }
    }

    private void rename(Consumer<Map<Path, Content>> change) {
        change.accept(names);
        unsyncedNames.add(change);
    }

    @Override
    public synchronized List<Path> list(Path folder) {
        return names.keySet().stream().filter(path -> folder.equals(path.getParent())).toList();
    }

    @Override
    public synchronized OpenFile create(Path file) throws IOException {
        operate();
        if (names.containsKey(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        var content = new Content();
        rename(map -> map.put(file, content));
        return new MemoryFile(content, lives);
    }

    @Override
    public synchronized OpenFile open(Path file) throws IOException {
        Content content = names.get(file);
        if (content == null) {
            throw new NoSuchFileException(file.toString());
        }
        return new MemoryFile(content, lives);
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        operate();
        rename(map -> map.remove(file));
    }

    @Override
    public synchronized void syncFolder(Path folder) throws IOException {
        operate();
        checkSync();
        durableNames.clear();
        durableNames.putAll(names);
        unsyncedNames.clear();
    }

    private void checkSync() throws IOException {
        syncs++;
        if (syncFails) {
            throw new IOException("sync failed");
        }
    }

    @Override
    public synchronized String boot() {
        return "boot " + (lives - kills);
    }

    private final class MemoryFile implements OpenFile {
        private final Content content;
        private final int life;
        private boolean closed;

        MemoryFile(Content content, int life) {
            this.content = content;
            this.life = life;
        }

        private void check() throws IOException {
            if (closed || life != lives) {
                throw new IOException("the file is closed");
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (MemoryDisk.this) {
                check();
                return content.bytes.length;
            }
        }

        @Override
        public void write(long at, byte[] from, int start, int length) throws IOException {
            synchronized (MemoryDisk.this) {
                check();
                boolean power = operationsLeft-- > 0;
                long most = Math.max(0, content.bytes.length - at) + room;
                long part = power ? Math.min(length, most) : random.nextInt(length + 1);
                int before = content.bytes.length;
                content.write((int) at, from, start, (int) part);
                if (!power) {
                    throw new IOException("no power");
                }
                room -= content.bytes.length - before;
                if (part < length) {
                    throw new NoSpace("no room");
                }
            }
        }

        @Override
        public int read(long at, byte[] to, int start, int length) throws IOException {
            synchronized (MemoryDisk.this) {
                check();
                int part = Math.clamp(content.bytes.length - at, 0, length);
                System.arraycopy(content.bytes, (int) Math.min(at, content.bytes.length), to, start, part);
                return part;
            }
        }

        @Override
        public void sync() throws IOException {
            synchronized (MemoryDisk.this) {
                check();
                operate();
                checkSync();
                content.durable = content.bytes.clone();
            }
            takeAfterSync().run();
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (MemoryDisk.this) {
                check();
                operate();
                if (truncateFails) {
                    throw new IOException("truncate failed");
                }
                content.bytes = Arrays.copyOf(content.bytes, (int) size);
            }
        }

        @Override
        public void close() {
            synchronized (MemoryDisk.this) {
                closed = true;
            }
        }
    }
}
