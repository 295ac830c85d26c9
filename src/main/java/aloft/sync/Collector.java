package aloft.sync;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.ObjectId;
import aloft.state.Database;
import aloft.state.StoredObjects;
import aloft.vault.Vault;
import aloft.vault.Vault.Kind;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives the cloud its room back (docs/FORMAT.md, Collection): forgets history of more than 30 days, rewrites packs
 * of which little is needed, announces objects that nothing needs in the log, and deletes them a day later. Ages are
 * by the store's clock. For one thread.
 */
public final class Collector {

    private static final System.Logger LOG = System.getLogger(Collector.class.getName());

    /** Earlier versions and what was deleted can be brought back for so long. */
    static final Duration HISTORY = Duration.ofDays(30);
    /** What is younger may belong to a commit that is on its way. */
    static final Duration YOUNG = Duration.ofDays(7);
    /** Between the announcement and the deletion. */
    static final Duration NOTICE = Duration.ofHours(24);
    /** Between one collection of this device and the next. */
    static final Duration PAUSE = Duration.ofDays(7);

    /** Commits older than this do not tell the time. */
    private static final Duration STALE = Duration.ofHours(12);

    /** A pack that wastes less than about this is left alone: its trailer and padding are no waste. */
    private static final int SMALL = 64 << 10;

    private static final String LAST = "collected";

    private final Vault vault;
    private final Database database;
    private final SyncEngine engine;
    private final Repacker repacker;
    private final InstantSource clock;

    /** What there is to be done about the stored objects. */
    private record Found(Set<ObjectId> packs, Set<ObjectId> pages, Set<ObjectId> sparse) {}

    Collector(Vault vault, Database database, SyncEngine engine, Repacker repacker,
            InstantSource clock) {
        this.vault = vault;
        this.database = database;
        this.engine = engine;
        this.repacker = repacker;
        this.clock = clock;
    }

    /** Does the next step when its time has come; nothing before. */
    public void runWhenDue() throws IOException {
        Optional<Announced> announced = Announced.read(database);
        if (announced.isPresent()) {
            if (isOver(announced.get().time(), NOTICE)) {
                delete(announced.get());
            }
        } else if (isOver(lastTime(), PAUSE)) {
            announce();
        }
    }

    /** A clock that was set back makes nothing wait for ever. */
    private boolean isOver(long since, Duration time) {
        return Math.abs(clock.millis() - since) > time.toMillis();
    }

    private long lastTime() throws Failure {
        return database.value(LAST).map(bytes -> java.nio.ByteBuffer.wrap(bytes).getLong()).orElse(0L);
    }

    private void ended() throws Failure {
        database.setValue(LAST, java.nio.ByteBuffer.allocate(8).putLong(clock.millis()).array());
    }

    private void announce() throws IOException {
        engine.pull();
        CommitTimes times = CommitTimes.read(vault);
        if (isOver(times.now(), STALE)) {
            times = stamp();
        }
        forget(times);
        Found found = find(times);
        if (repacker.repack(found.sparse())) {
            found = find(times);
        }
        List<ObjectId> pages = List.copyOf(found.pages());
        List<ObjectId> packs = List.copyOf(found.packs());
        if (packs.isEmpty() && pages.isEmpty()) {
            ended();
            return;
        }
        engine.publish(() -> {
            ObjectTable needed = needed();
            return List.of(new Action.Collect(0, false,
                    packs.stream().filter(id -> needed.bytes(id) == 0).toList(), pages));
        });
        new Announced(engine.head(), clock.millis(), packs, pages).keep(database);
        LOG.log(Level.INFO, "{0} objects that nothing needs will be deleted in a day",
                packs.size() + pages.size());
    }

    /** Asks the store for the time, by a commit that says nothing, where nobody wrote for long. */
    private CommitTimes stamp() throws IOException {
        engine.publish(() -> List.of(new Action.Collect(0, false, List.of(), List.of())));
        return CommitTimes.read(vault);
    }

    private void forget(CommitTimes times) throws IOException {
        long old = times.lastBefore(times.now() - HISTORY.toMillis());
        long until = database.history().forgettable(old, clock.millis() - HISTORY.toMillis());
        if (until > 0) {
            engine.publish(() -> List.of(new Action.Collect(until, false, List.of(), List.of())));
        }
    }

    private Found find(CommitTimes times) throws IOException {
        ObjectTable needed = needed();
        long young = times.now() - YOUNG.toMillis();
        var found = new Found(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
        vault.list(Kind.PACK, stored -> {
            long bytes = needed.bytes(stored.id());
            if (stored.modified() < young && bytes == 0) {
                add(found.packs(), stored.id());
            } else if (stored.modified() < young && bytes + SMALL < stored.size() / 2
                    && !needed.isOld(stored.id())) {
                add(found.sparse(), stored.id());
            }
        });
        Set<ObjectId> used = vault.pagesInUse();
        vault.list(Kind.PAGES, stored -> {
            if (stored.modified() < young && !used.contains(stored.id())) {
                add(found.pages(), stored.id());
            }
        });
        return found;
    }

    private static void add(Set<ObjectId> some, ObjectId id) {
        if (some.size() < Action.Collect.MOST) {
            some.add(id);
        }
    }

    private ObjectTable needed() throws Failure {
        var needed = new ObjectTable();
        StoredObjects objects = database.objects();
        objects.uses(needed::add);
        return needed;
    }

    private void delete(Announced announced) throws IOException {
        engine.pull();
        CommitTimes times = CommitTimes.read(vault);
        if (times.age(announced.seq()) < NOTICE.toMillis()) {
            times = stamp();
        }
        if (times.age(announced.seq()) < NOTICE.toMillis()) {
            announced.at(clock.millis()).keep(database);
            return;
        }
        ObjectTable needed = needed();
        for (ObjectId id : announced.packs()) {
            if (needed.bytes(id) == 0) {
                vault.delete(Kind.PACK, id);
            }
        }
        Set<ObjectId> used = vault.pagesInUse();
        for (ObjectId id : announced.pages()) {
            if (!used.contains(id)) {
                vault.delete(Kind.PAGES, id);
            }
        }
        Announced.forget(database);
        ended();
        LOG.log(Level.INFO, "{0} objects that nothing needed are deleted",
                announced.packs().size() + announced.pages().size());
    }
}
