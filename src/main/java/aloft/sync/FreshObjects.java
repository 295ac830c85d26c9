package aloft.sync;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.Commit;
import aloft.format.ObjectId;
import aloft.state.Database;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Objects that this process has put and no commit names yet. A commit may name these and what the log names
 * already, and nothing else: anything else may have been collected. Safe for many threads.
 */
final class FreshObjects {

    private final Database database;
    private final Set<ObjectId> fresh = ConcurrentHashMap.newKeySet();

    FreshObjects(Database database) {
        this.database = database;
    }

    void add(ObjectId object) {
        fresh.add(object);
    }

    /** A commit is in the log. */
    void ingested(Commit commit) {
        if (fresh.isEmpty()) {
            return;
        }
        for (Action action : commit.actions()) {
            switch (action) {
                case Action.PutBlock put -> fresh.remove(put.row().object());
                case Action.Collect collect -> collect.packs().forEach(fresh::remove);
                default -> {
                }
            }
        }
    }

    /** The objects that the actions name and must not. */
    Set<ObjectId> lost(Collection<Action> actions) throws Failure {
        Set<ObjectId> named = new HashSet<>();
        for (Action action : actions) {
            if (action instanceof Action.PutBlock put && !fresh.contains(put.row().object())) {
                named.add(put.row().object());
            }
        }
        for (ObjectId object : List.copyOf(named)) {
            if (database.objects().isNamed(object)) {
                named.remove(object);
            }
        }
        return named;
    }
}
