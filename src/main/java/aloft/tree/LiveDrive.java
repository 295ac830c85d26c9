package aloft.tree;

import aloft.failure.Failure;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.state.Database;
import aloft.state.Journal;
import aloft.sync.Downloader;
import aloft.sync.Housekeeping;
import aloft.sync.SyncEngine;
import aloft.sync.SyncLoops;
import aloft.tree.Attempts.Tried;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A drive that lives: the tree with its journal, kept in step with the cloud. Opened over an engine that is
 * prepared; closed before the engine, the database and the downloader.
 */
public final class LiveDrive implements Closeable {

    private final Journal journal;
    private final SyncLoops loops;
    private final Housekeeping housekeeping;
    private final Compaction compaction;
    private final Pinner pinner;
    private final Drive drive;
    private final TreeKeeping keeping;
    private final Tree tree;
    private volatile Consumer<Collection<String>> told = paths -> {};

    /**
     * What a drive needs besides its parts.
     *
     * @param place      the cloud in words
     * @param device     this computer's name, for conflicted copies
     * @param journal    folder of the journal
     * @param journalKey 32 bytes
     * @param journalFile bytes of one of its files, {@link Journal#FILE_SIZE} as a rule
     * @param clock      for times of files
     * @param ticker     nanoseconds, monotonic
     * @param freeDisk   bytes that pins may still take on this device
     * @param listener   hears of changes from other devices
     * @param hydration  which programs may fetch
     */
    public record Setup(String place, String device, Path journal, byte[] journalKey, long journalFile,
            InstantSource clock,
            LongSupplier ticker, SecureRandom random, LongSupplier freeDisk, TreeListener listener,
            Hydration hydration) {}

    private LiveDrive(Setup setup, Journal journal, Tree tree, SyncEngine engine, Downloader downloader,
            UnaryOperator<Name> conflictName, List<Tried> open) throws Failure {
        this.journal = journal;
        this.tree = tree;
        pinner = new Pinner(tree, tree.pins, downloader, setup.listener(), setup.ticker());
        TreeListener listener = new TreeListener() {
            @Override
            public void changed(Commit commit, Collection<String> paths) {
                pinner.wake();
                told.accept(paths);
                setup.listener().changed(commit, paths);
            }

            @Override
            public void dropped(String path) {
                told.accept(List.of(path));
            }
        };
        var attempts = new Attempts(journal, open);
        var changes = new TreeChanges(tree, downloader::read, conflictName, listener, attempts);
        engine.connect(changes);
        loops = new SyncLoops(engine, changes, setup.ticker(), setup.random());
        compaction = new Compaction(tree, changes, attempts, setup.journalFile());
        tree.onChange(() -> {
            loops.changed();
            compaction.changed();
        });
        housekeeping = new Housekeeping(engine.collector(downloader), setup.random());
        keeping = new TreeKeeping(setup.place(), tree, pinner, downloader, engine, loops, changes,
                () -> space(engine), setup.freeDisk());
        var aside = new Aside(tree, conflictName, paths -> told.accept(paths));
        drive = new TreeDrive(tree, new Files(tree, downloader, setup.hydration(), aside),
                new Xattrs(tree, keeping),
                () -> space(engine));
    }

    private static Drive.@Nullable Space space(SyncEngine engine) {
        SyncEngine.Space space = engine.space();
        return new Drive.Space(space.total(),
                space.total() < 0 ? -1 : Math.max(0, space.total() - space.used()), -1);
    }

    /**
     * Builds the tree from the database and the journal.
     *
     * @throws Failure.Damaged when the journal cannot be read
     */
    public static LiveDrive open(Setup setup, Database database, SyncEngine engine, Downloader downloader)
            throws IOException {
        var replay = new Replay();
        var journal = Journal.open(setup.journal(), setup.journalKey(), setup.random(), setup.journalFile(),
                replay);
        try {
            var copyName = new ConflictName(setup.device(), setup.clock(), ZoneId.systemDefault());
            UnaryOperator<Name> conflictName = name -> {
                Name copy = copyName.apply(name);
                setup.listener().conflicted(copy);
                return copy;
            };
            var names = new Namespace(journal::end);
            var contents = new Contents(database, journal);
            var recovery = new Recovery(database, replay, names, conflictName);
            engine.catchUp(replay.lastDone());
            List<Tried> open = recovery.attempts(engine.head(), journal);
            recovery.loadRows(engine.rows());
            recovery.replayStates();
            recovery.replayContents(contents, journal);
            int device = engine.device();
            var ids = new NodeIds(database, device, recovery.highestCounter(device));
            var tree = new Tree(journal, database, contents, names, ids, setup.clock(),
                    replay.pins(journal));
            return new LiveDrive(setup, journal, tree, engine, downloader, conflictName, open);
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /** Begins to bring changes up and in. */
    public void start() {
        loops.start();
        pinner.start();
        housekeeping.start();
        compaction.start();
    }

    /** From now on {@code to} gets the paths that changed by no call to {@link #drive}, each after the tree shows it. */
    public void tell(Consumer<Collection<String>> to) {
        told = to;
    }

    Compaction compaction() {
        return compaction;
    }

    public Drive drive() {
        return drive;
    }

    public Keeping keeping() {
        return keeping;
    }

    /** Runs {@code run} when what was seen of the cloud should not keep anybody from trying at once. */
    public void whenTryingAnew(Runnable run) {
        keeping.whenTryingAnew(run);
    }

    /** The network may be another one: what waits is tried at once. */
    public void networkChanged() {
        keeping.tryAnew();
        pinner.wake();
    }

    /** Stops where it stands; what is not up stays in the journal. */
    @Override
    public void close() throws IOException {
        housekeeping.close();
        pinner.close();
        loops.close();
        compaction.close();
        try {
            tree.sync();
        } finally {
            journal.close();
        }
    }
}
