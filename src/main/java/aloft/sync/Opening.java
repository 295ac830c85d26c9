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
        return device.isPresent() ? new Start(head, device.get(), null) : again(name, head);
    }

    /** Everything from the cloud, the entries first. */
    private Start first(String name) throws IOException {
        var rows = new FirstRows();
        Filling.Entries entries = filling.begin();
        entries.nodes().forEach(rows::node);
        entries.devices().forEach(rows::device);
        Head head = entries.head();
        try (var log = new CommitsAhead(vault)) {
            while (true) {
                for (Optional<Vault.Opened> next = log.next(head); next.isPresent(); next = log.next(head)) {
                    Vault.Opened opened = next.get();
                    rows.apply(opened.commit());
                    filling.add(opened.commit(), opened.hash());
                    head = new Head(opened.commit().seq(), opened.hash());
                }
                Optional<Head> mine = register(name, rows.highestDevice() + 1, head, filling::add);
                if (mine.isPresent()) {
                    int device = rows.highestDevice() + 1;
                    filling.end(device);
                    return new Start(mine.get(), device, rows.nodes());
                }
            }
        }
    }

    /** The database is there, but does not know this device. */
    private Start again(String name, Head from) throws IOException {
        Head head = from;
        try (var log = new CommitsAhead(vault)) {
            while (true) {
                for (Optional<Vault.Opened> next = log.next(head); next.isPresent(); next = log.next(head)) {
                    Vault.Opened opened = next.get();
                    database.apply(opened.commit(), opened.hash());
                    head = new Head(opened.commit().seq(), opened.hash());
                }
                int device = database.devices().keySet().stream().mapToInt(Integer::intValue).max().orElse(0)
                        + 1;
                Optional<Head> mine = register(name, device, head, database::apply);
                if (mine.isPresent()) {
                    SyncEngine.keepDevice(database, device);
                    return new Start(mine.get(), device, null);
                }
            }
        }
    }

    private interface Step {
        void apply(Commit commit, byte[] hash) throws Failure;
    }

    /** Empty when another commit was first. */
    private Optional<Head> register(String name, int device, Head head, Step step) throws IOException {
        String why = rollback.findOrNull(head);
        if (why != null) {
            throw new Failure.ReadOnly(why);
        }
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
