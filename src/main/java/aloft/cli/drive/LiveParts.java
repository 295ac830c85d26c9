package aloft.cli.drive;

import aloft.cache.Cache;
import aloft.cache.CacheLimits;
import aloft.cache.DiskSpace;
import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.PrivateFiles;
import aloft.desktop.Notifications;
import aloft.failure.Failure;
import aloft.state.Database;
import aloft.state.DriveLock;
import aloft.state.Journal;
import aloft.sync.Downloader;
import aloft.sync.HighWater;
import aloft.sync.SyncEngine;
import aloft.tree.LiveDrive;
import aloft.vault.Vault;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/** All that a drive is built of, from the cloud up to what the kernel is shown, but not mounted. */
final class LiveParts implements Closeable {

    private static final System.Logger LOG = System.getLogger(LiveParts.class.getName());

    private final Parts parts;
    private final LiveDrive live;

    private LiveParts(Parts parts, LiveDrive live) {
        this.parts = parts;
        this.live = live;
    }

    /** Builds it. */
    static LiveParts open(DriveSpec spec, Folders folders, SecureRandom random, Starting starting)
            throws Exception {
        var parts = new Parts();
        try {
            return new LiveParts(parts, build(parts, spec, folders, random, starting));
        } catch (Exception e) {
            throw parts.closeAfter(e);
        }
    }

    private static LiveDrive build(Parts parts, DriveSpec spec, Folders folders, SecureRandom random,
            Starting starting) throws Exception {
        KnownDrive drive = spec.drive();
        Path state = PrivateFiles.makeFolder(drive.state(folders));
        parts.add(DriveLock.lock(state));
        OpenPlace place = parts
                .add(OpenPlace.open(drive, spec.password(), spec.create(), folders, random));
        Vault vault = parts.add(new KeptVault(state, drive, random).open(place.store(), spec, starting));
        Database database = parts.add(database(state.resolve("database"), vault));
        DiskSpace disk = DiskSpace.of(PrivateFiles.makeFolder(drive.cache(folders)));
        Long limit = drive.options().cacheLimit();
        Cache cache = parts.add(Cache.open(drive.cache(folders),
                limit == null ? CacheLimits.usual(disk) : CacheLimits.ofDisk(limit)));
        Downloader downloader = parts.add(new Downloader(vault, cache));
        SyncEngine engine = parts.add(new SyncEngine(vault, database, downloader,
                new HighWater(state.resolve("high-water")), InstantSource.system()));
        engine.prepare(DeviceName.of(drive.options()));
        var news = new DriveNews(drive, folders, Notifications.of(System.getenv()));
        var setup = new LiveDrive.Setup(drive.place().text(), DeviceName.of(drive.options()),
                state.resolve("journal"), vault.localKey("journal"), Journal.FILE_SIZE,
                InstantSource.system(), System::nanoTime,
                random, () -> freeForPins(disk, cache), news,
                new ProgramGate(news.programs()));
        LiveDrive live = parts.add(LiveDrive.open(setup, database, engine, downloader));
        live.whenTryingAnew(place.circuit()::reset);
        parts.add(news.follow(live.keeping()));
        parts.add(NetworkWatch.start(live::networkChanged));
        return live;
    }

    /** What is damaged is made anew from the cloud; what is not up yet lies in the journal, not here. */
    private static Database database(Path folder, Vault vault) throws Failure {
        byte[] key = vault.localKey("database");
        try {
            return Database.open(folder, key);
        } catch (Failure.Damaged e) {
            LOG.log(System.Logger.Level.WARNING, "The database is damaged and is made anew from the cloud.",
                    e);
            Database.delete(folder);
            return Database.open(folder, key);
        }
    }

    /** A twentieth of the disk stays free; what the cache may evict makes room. */
    private static long freeForPins(DiskSpace disk, Cache cache) {
        try {
            return disk.free() + cache.evictable() - disk.total() / 20;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LiveDrive live() {
        return live;
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
