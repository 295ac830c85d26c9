package aloft.sync;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.Commit;
import aloft.state.Database;
import aloft.state.Database.Head;
import aloft.vault.Vault;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Brings a device into step with the vault before it has a tree. For one thread, once. */
final class Opening {

    private final Vault vault;
    private final Database database;
    private final Filling filling;
    private final Rollback rollback;
    private final InstantSource clock;

    Opening(Vault vault, Database database, Filling filling, Rollback rollback, InstantSource clock) {
        this.vault = vault;
        this.database = database;
        this.filling = filling;
        this.rollback = rollback;
        this.clock = clock;
    }

    /** @param name of this device, for people */
    Start open(String name) throws IOException {
        Head head = database.head();
        if (head.seq() == 0) {
            return first(name);
        }
        Optional<Integer> device = SyncEngine.keptDevice(database);
        return device.isPresent() ? new Start(head, device.get(), null, null) : again(name, head);
    }

    /** Everything from the cloud, the entries first. */
    private Start first(String name) throws IOException {
        Filling.Entries entries = filling.begin();
        FirstRows rows = entries.rows();
        Joined joined = join(name, entries.head(), rows::highestDevice, (commit, hash) -> {
            rows.apply(commit);
            filling.add(commit, hash);
        });
        database.answerMeanwhile(rows.blocks());
        filling.end(joined.why() == null ? joined.device() : 0);
        return new Start(joined.head(), joined.device(), rows.nodes(), joined.why());
    }

    /** The database is there, but does not know this device. */
    private Start again(String name, Head from) throws IOException {
        Joined joined = join(name, from, this::highestDevice, database::apply);
        if (joined.why() == null) {
            SyncEngine.keepDevice(database, joined.device());
        }
        return new Start(joined.head(), joined.device(), null, joined.why());
    }

    private int highestDevice() throws Failure {
        return database.devices().keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** @param why the log does not have this device, so that it may only read; null when it does */
    private record Joined(Head head, int device, @Nullable String why) {}

    private interface Devices {
        /** The highest number that one has. */
        int highest() throws Failure;
    }

    private interface Step {
        void apply(Commit commit, byte[] hash) throws Failure;
    }

    /** Follows the log to its end and puts this device there. */
    private Joined join(String name, Head from, Devices devices, Step step) throws IOException {
        Head head = from;
        try (var log = new CommitsAhead(vault)) {
            while (true) {
                Optional<Vault.Opened> next;
                try {
                    next = log.next(head);
                } catch (Failure.Damaged | Failure.TooNew e) {
                    return new Joined(head, devices.highest() + 1, Rollback.stopped(e));
                }
                if (next.isPresent()) {
                    Vault.Opened opened = next.get();
                    step.apply(opened.commit(), opened.hash());
                    head = new Head(opened.commit().seq(), opened.hash());
                    continue;
                }
                int device = devices.highest() + 1;
                refuseRolledBack(head);
                try {
                    Optional<Head> mine = register(name, device, head, step);
                    if (mine.isPresent()) {
                        return new Joined(mine.get(), device, null);
                    }
                } catch (Failure.ReadOnly e) {
                    return new Joined(head, device, e.getMessage());
                }
            }
        }
    }

    private void refuseRolledBack(Head head) throws IOException {
        String why = rollback.findOrNull(head);
        if (why != null) {
            throw new Failure.ReadOnly(why);
        }
    }

    /**
     * Empty when another commit was first.
     *
     * @throws Failure.ReadOnly when it is another device that writes there
     */
    private Optional<Head> register(String name, int device, Head head, Step step) throws IOException {
        if (device > 0xffff) {
            throw new Failure.Refused("The vault has had 65,535 devices; no more can be added.", null);
        }
        var commit = new Commit(head.seq() + 1, device, clock.millis(), vault.keyRevision(), Map.of(),
                List.of(new Action.RegisterDevice(device, name)));
        Vault.Sealed sealed = vault.seal(commit, head.hash());
        if (!won(vault, sealed)) {
            return Optional.empty();
        }
        step.apply(commit, sealed.hash());
        return Optional.of(new Head(commit.seq(), sealed.hash()));
    }

    /** Claims the slot; an outcome that is not known is read back. */
    static boolean won(Vault vault, Vault.Sealed sealed) throws IOException {
        try {
            return vault.publish(sealed);
        } catch (Failure.Unreachable e) {
            Optional<byte[]> there = vault.hashOf(sealed.seq());
            if (there.isEmpty()) {
                throw e;
            }
            return Arrays.equals(there.get(), sealed.hash());
        }
    }
}
