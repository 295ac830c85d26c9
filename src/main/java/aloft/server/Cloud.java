package aloft.server;

import static aloft.server.Refusal.CONFLICT;
import static aloft.server.Refusal.FORBIDDEN;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The parts that the methods share. */
record Cloud(Disk disk, PathLocks locks, Space space, Waiters waiters) {

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

    /** Deletes what {@link Disk#takeOut} took out of the tree. */
    void discard(Path takenOut) throws IOException {
        long[] freed = {0};
        Walk.filesThenFolders(takenOut, (file, attributes) -> {
            Files.deleteIfExists(file);
            freed[0] += attributes.isRegularFile() ? attributes.size() : 0;
        });
        space.changed(-freed[0]);
    }
}
