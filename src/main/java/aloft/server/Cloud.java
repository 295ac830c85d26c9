package aloft.server;

import static aloft.server.Refusal.CONFLICT;
import static aloft.server.Refusal.FORBIDDEN;
import static aloft.server.Refusal.PRECONDITION_FAILED;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The parts that the methods share, and the checks that need several of them. */
record Cloud(Disk disk, PathLocks locks, Space space, Waiters waiters, LockTable writeLocks,
        DeadProperties properties) {

    /** What a change does to the folder that its path is in, and to what is below the path. */
    enum Change {
        /** Content or properties of what may be there already. */
        CONTENT,
        /** It comes or goes, with all below it. */
        WHOLE
    }

    /** Refuses what may not be made or replaced: the root, what has no parent folder, and what is not ours. */
    void requireWritable(DavPath path) throws IOException, Refusal {
        if (path.isRoot()) {
            throw new Refusal(FORBIDDEN, "The root cannot be replaced.");
        }
        if (!disk.isFolder(path.parent())) {
            throw new Refusal(CONFLICT, "The parent folder does not exist.");
        }
        if (disk.isForeign(path)) {
            throw new Refusal(FORBIDDEN, "A link or a special file is in the way.");
        }
    }

    /** Checks the conditions of the request against what is at its path now. */
    void check(Exchange exchange, DavPath path, Optional<Entry> current) throws IOException, Refusal {
        Preconditions.check(exchange, current);
        IfHeader condition = IfHeader.parse(exchange.header("If"), exchange, path);
        if (!condition.holds(this::has)) {
            throw new Refusal(PRECONDITION_FAILED, "The If header does not hold.");
        }
    }

    /** Refuses to change what is locked, unless the request names the lock. */
    void requireUnlocked(Exchange exchange, DavPath path, Optional<Entry> current, Change change)
            throws Refusal {
        Set<String> tokens = IfHeader.parse(exchange.header("If"), exchange, exchange.path()).tokens();
        writeLocks.require(tokens, path, change == Change.WHOLE);
        if (change == Change.WHOLE || current.isEmpty()) {
            writeLocks.require(tokens, path.parent(), false);
        }
    }

    /** Deletes what {@link Disk#takeOut} took out of the tree. */
    void discard(Path takenOut) throws IOException {
        long[] freed = {0};
        Walk.filesThenFolders(takenOut, (file, attributes) -> {
            Files.deleteIfExists(file);
            freed[0] += attributes.isRegularFile() ? attributes.size() : 0;
        });
        space.changed(-freed[0]);
    }

    private boolean has(DavPath path, boolean etag, String text) throws IOException {
        if (!etag) {
            return writeLocks.covering(path).stream().anyMatch(lock -> lock.token().equals(text));
        }
        Optional<Entry> entry = disk.entry(path);
        return entry.isPresent() && entry.get().etag().equals(text);
    }
}
