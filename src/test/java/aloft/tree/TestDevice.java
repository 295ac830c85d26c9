package aloft.tree;

import aloft.cache.Cache;
import aloft.cache.CacheLimits;
import aloft.cache.DiskSpace;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.NodeType;
import aloft.state.Database;
import aloft.store.Store;
import aloft.sync.Downloader;
import aloft.sync.HighWater;
import aloft.sync.Republishing;
import aloft.sync.SyncEngine;
import aloft.tree.Drive.Access;
import aloft.tree.Drive.Entry;
import aloft.vault.Kdf;
import aloft.vault.Secret;
import aloft.vault.Vault;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A device with its own disk on a shared store: the whole of Aloft below the kernel. Not thread safe. */
final class TestDevice implements Closeable {

    static final Kdf FAST = new Kdf(64, 1, 1);
    private static final byte[] KEY = new byte[32];
    /** So small that files of the journal are begun and deleted all the time. */
    private static final long JOURNAL_FILE = 4 << 10;

    final String name;
    /** What the kernel would have been told of. */
    final List<String> told = new ArrayList<>();
    /** Files that pins brought down, as told when nothing was missing any more. */
    final AtomicInteger keptFiles = new AtomicInteger();
    /** The longest of these. */
    volatile Duration keptTook = Duration.ZERO;
    private final Store store;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    /** What the cache finds free on the disk; pins are told of plenty. */
    volatile long freeDisk = 1L << 40;
    /** What programs are told that open something. */
    volatile Hydration hydration = Hydration.ALWAYS;
    private Path disk;
    private int lives;
    private Vault vault;
    private Database database;
    private Cache cache;
    private Downloader downloader;
    private SyncEngine engine;
    private LiveDrive live;

    TestDevice(String name, Path disk, Store store, InstantSource clock) throws IOException {
        this.name = name;
        this.disk = disk;
        this.store = store;
        this.clock = clock;
        open();
    }

    static void makeVault(Store store) throws IOException {
        try (var secret = Secret.of("passphrase".toCharArray())) {
            Vault.create(store, secret, FAST, new SecureRandom()).vault().close();
        }
    }

    private void open() throws IOException {
        try (var secret = Secret.of("passphrase".toCharArray())) {
            Path copy = disk.resolve("vault.json");
            vault = Vault.open(store, secret, Files.exists(copy) ? Files.readAllBytes(copy) : null, random);
            Files.createDirectories(disk);
            Files.write(copy, vault.file());
        }
        database = Database.open(disk.resolve("db"), KEY);
        cache = Cache.open(disk.resolve("cache"), CacheLimits.ofDisk(64 << 20), new DiskSpace() {
            @Override
            public long free() {
                return freeDisk;
            }

            @Override
            public long total() {
                return 1L << 40;
            }
        }, System::nanoTime);
        downloader = new Downloader(vault, cache);
        engine = new SyncEngine(vault, database, downloader, new HighWater(disk.resolve("high-water")),
                clock);
        engine.prepare(name);
        live = LiveDrive
                .open(new LiveDrive.Setup("test", name, disk.resolve("journal"), KEY, JOURNAL_FILE, clock,
                        System::nanoTime,
                        random, () -> 1L << 40, listener(), new Hydration() {
                            @Override
                            public Verdict opening(int caller, String path, long size) {
                                return hydration.opening(caller, path, size);
                            }

                            @Override
                            public boolean mayFetchHead() {
                                return hydration.mayFetchHead();
                            }
                        }), database, engine,
                        downloader);
        live.tell(told::addAll);
    }

    private TreeListener listener() {
        return new TreeListener() {
            @Override
            public void changed(Commit commit, Collection<String> paths) {
                // told as the kernel is
            }

            @Override
            public void kept(int files, long bytes, Duration took) {
                keptTook = took.compareTo(keptTook) > 0 ? took : keptTook;
                keptFiles.addAndGet(files);
            }
        };
    }

    Drive drive() {
        return live.drive();
    }

    Keeping keeping() {
        return live.keeping();
    }

    void start() {
        live.start();
    }

    /** What the kernel may know; see {@link KernelView}. */
    KernelView view() throws FsException {
        told.clear();
        return KernelView.of(drive(), paths());
    }

    void push() throws IOException {
        engine.push(true);
    }

    /** As while programs write. */
    void pushWithoutWhatIsBeingWritten() throws IOException {
        engine.push(false);
    }

    void pull() throws IOException {
        engine.pull();
    }

    /** The next step of collection, if its time has come. */
    void collect() throws IOException {
        engine.collector(downloader).runWhenDue();
    }

    /** Writes what the journal's oldest files are needed for once more, so that they go, as far as that can be done. */
    void compact() throws IOException {
        int files = 0;
        while (files < 20 && live.compaction().dropOldestFile()) {
            files++;
        }
    }

    /** Bytes of the journal's files. */
    long journalSize() throws IOException {
        try (Stream<Path> files = Files.list(disk.resolve("journal"))) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    void checkpoint() throws IOException {
        engine.checkpoint();
    }

    Database database() {
        return database;
    }

    /** The plaintext of a block that any version had. */
    void readBlock(BlockRow block, byte[] to, int at, int length) throws IOException {
        downloader.read(block, 0, to, at, length);
    }

    /** The same device on another store, with nothing in its cache. */
    TestDevice on(Store other, Path newDisk) throws IOException {
        DiskCopy.folder(disk.resolve("db"), newDisk.resolve("db"));
        DiskCopy.folder(disk.resolve("journal"), newDisk.resolve("journal"));
        for (String file : List.of("vault.json", "high-water")) {
            Files.copy(disk.resolve(file), newDisk.resolve(file));
        }
        return new TestDevice(name, newDisk, other, clock);
    }

    /** What the cloud lost is published again, while the device does not run. */
    Republishing.Result publishAgain() throws IOException {
        close();
        Path other = Files.createDirectories(disk.resolve("theirs" + ++lives));
        Path copy = disk.resolve("vault.json");
        try (var secret = Secret.of("passphrase".toCharArray());
                var opened = Vault.open(store, secret, Files.readAllBytes(copy), random);
                var ours = Database.open(disk.resolve("db"), KEY);
                var theirs = Database.open(other, KEY)) {
            return new Republishing(opened, ours, theirs, new HighWater(disk.resolve("high-water")), clock)
                    .run();
        } finally {
            open();
        }
    }

    boolean isQuiet() {
        return keeping().status().pending() == 0;
    }

    long head() {
        return engine.head();
    }

    /** As if the process were killed: only what is on the disk at this moment goes on. */
    void crash() throws IOException {
        crash(disk.resolve("journal"));
    }

    /** The same with the journal of another moment. */
    void crash(Path journal) throws IOException {
        Path old = disk;
        Path next = old.resolveSibling(name + "-" + ++lives);
        DiskCopy.folder(old.resolve("db"), next.resolve("db"));
        DiskCopy.folder(journal, next.resolve("journal"));
        copyHighWater(next);
        close();
        disk = next;
        open();
    }

    /** The same with the database of another moment. */
    void crashWithDatabase(Path kept) throws IOException {
        Path next = disk.resolveSibling(name + "-" + ++lives);
        DiskCopy.folder(kept, next.resolve("db"));
        DiskCopy.folder(disk.resolve("journal"), next.resolve("journal"));
        copyHighWater(next);
        close();
        disk = next;
        open();
    }

    private void copyHighWater(Path next) throws IOException {
        Path note = disk.resolve("high-water");
        if (Files.exists(note)) {
            DiskCopy.file(note, next.resolve("high-water"));
        }
    }

    /** Keeps the database of this moment. */
    void copyDatabase(Path to) throws IOException {
        DiskCopy.folder(disk.resolve("db"), to);
    }

    /** Keeps the journal of this moment. */
    void copyJournal(Path to) throws IOException {
        DiskCopy.folder(disk.resolve("journal"), to);
    }

    /** The database is lost: it is filled from the cloud again. */
    void loseDatabase() throws IOException {
        close();
        Database.delete(disk.resolve("db"));
        open();
    }

    /** All is lost that the device knew of the vault, as when somebody puts it aside. */
    void forget() throws IOException {
        close();
        for (String known : List.of("db", "journal", "vault.json", "high-water")) {
            Files.move(disk.resolve(known), disk.resolve("before-" + known));
        }
        open();
    }

    /** A new revision of vault.json, with the same passphrase. */
    void renewPassphrase() throws IOException {
        try (var secret = Secret.of("passphrase".toCharArray())) {
            vault.changePassphrase(secret, FAST);
        }
        Files.write(disk.resolve("vault.json"), vault.file());
    }

    void restart() throws IOException {
        close();
        open();
    }

    @Override
    public void close() throws IOException {
        live.close();
        engine.close();
        cache.close();
        database.close();
        vault.close();
    }

    // ---- words for tests

    void write(String path, String text) throws FsException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long handle = exists(path)
                ? drive().open(path, Access.READ_WRITE, true, 0)
                : drive().create(path, 0644, Access.READ_WRITE);
        try {
            drive().write(handle, 0, bytes, 0, bytes.length, false);
        } finally {
            drive().release(handle);
        }
    }

    void append(String path, String text) throws FsException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long handle = drive().open(path, Access.WRITE, false, 0);
        try {
            drive().write(handle, 0, bytes, 0, bytes.length, true);
        } finally {
            drive().release(handle);
        }
    }

    String read(String path) throws FsException {
        long handle = drive().open(path, Access.READ, false, 0);
        try {
            var bytes = new byte[(int) drive().stat(handle).size()];
            int count = drive().read(handle, 0, bytes, 0, bytes.length);
            return new String(bytes, 0, count, StandardCharsets.UTF_8);
        } finally {
            drive().release(handle);
        }
    }

    boolean exists(String path) {
        try {
            drive().stat(path);
            return true;
        } catch (FsException e) {
            return false;
        }
    }

    /** Every path with what is there: type, mode, time, and content or target. */
    Map<String, String> tree() throws FsException {
        Map<String, String> found = new TreeMap<>();
        for (String path : paths()) {
            Drive.Attributes a = drive().stat(path);
            String content = switch (a.type()) {
                case FILE -> a.size() + " " + read(path);
                case LINK -> drive().readLink(path);
                case FOLDER -> "";
            };
            found.put(path, a.type() + " " + Integer.toOctalString(a.mode()) + " "
                    + (a.type() == NodeType.FOLDER ? "" : a.mtime()) + " " + content);
        }
        return found;
    }

    List<String> paths() throws FsException {
        List<String> paths = new ArrayList<>();
        add("/", paths);
        return paths;
    }

    private void add(String folder, List<String> paths) throws FsException {
        long handle = drive().openFolder(folder);
        try {
            for (Entry entry : drive().list(handle, 0, Integer.MAX_VALUE)) {
                String path = (folder.equals("/") ? "" : folder) + "/" + entry.name().raw();
                paths.add(path);
                if (entry.attributes().type() == NodeType.FOLDER) {
                    add(path, paths);
                }
            }
        } finally {
            drive().releaseFolder(handle);
        }
    }

}
