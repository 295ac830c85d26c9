package aloft.server;

import static aloft.server.Refusal.CONFLICT;
import static aloft.server.Refusal.LOCKED;
import static aloft.server.Refusal.PRECONDITION_FAILED;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The locks that clients hold, in memory: a restart of the server ends them all, as RFC 4918, section 6.6
 * allows. Thread safe.
 */
final class LockTable {

    private static final int MAX = 10_000;
    private static final Duration MAX_TIME = Duration.ofHours(1);

    private final LongSupplier nanoTime;
    @GuardedBy("this")
    private final Map<String, WriteLock> byToken = new LinkedHashMap<>();

    LockTable(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** @param wish is cut to an hour */
    synchronized WriteLock lock(DavPath path, boolean deep, boolean exclusive, Xml.@Nullable Element owner,
            Duration wish) throws Refusal {
        removeExpired();
        boolean inTheWay = byToken.values()
                .stream()
                .filter(other -> exclusive || other.exclusive())
                .anyMatch(other -> other.covers(path) || deep && other.path().isWithin(path));
        if (inTheWay || byToken.size() == MAX) {
            throw new Refusal(LOCKED, "Somebody else holds a lock.");
        }
        var lock = new WriteLock("urn:uuid:" + UUID.randomUUID(), path, deep, exclusive, owner, bound(wish),
                nanoTime.getAsLong() + bound(wish).toNanos());
        byToken.put(lock.token(), lock);
        return lock;
    }

    /** Lets the lock among the tokens that covers the path begin its time again. */
    synchronized WriteLock refresh(DavPath path, Set<String> tokens, Duration wish) throws Refusal {
        WriteLock lock = covering(path).stream()
                .filter(held -> tokens.contains(held.token()))
                .findFirst()
                .orElseThrow(() -> new Refusal(PRECONDITION_FAILED, "There is no such lock."));
        WriteLock longer = lock.until(bound(wish), nanoTime.getAsLong() + bound(wish).toNanos());
        byToken.put(longer.token(), longer);
        return longer;
    }

    synchronized void unlock(DavPath path, String token) throws Refusal {
        if (covering(path).stream().noneMatch(lock -> lock.token().equals(token))) {
            throw new Refusal(CONFLICT, "There is no such lock here.");
        }
        byToken.remove(token);
    }

    /** What is gone is not locked any more. */
    synchronized void removeWithin(DavPath path) {
        byToken.values().removeIf(lock -> lock.path().isWithin(path));
    }

    synchronized List<WriteLock> covering(DavPath path) {
        removeExpired();
        return byToken.values().stream().filter(lock -> lock.covers(path)).toList();
    }

    /**
     * Refuses a change of what others have locked: each locked resource that is touched needs one of its locks'
     * tokens.
     *
     * @param deep whether all below the path changes too
     */
    synchronized void require(Set<String> tokens, DavPath path, boolean deep) throws Refusal {
        if (byToken.isEmpty()) {
            return;
        }
        List<WriteLock> held = covering(path);
        boolean free = held.isEmpty() || held.stream().anyMatch(lock -> tokens.contains(lock.token()));
        boolean freeBelow = !deep || byToken.values()
                .stream()
                .filter(lock -> lock.path().isWithin(path))
                .allMatch(lock -> tokens.contains(lock.token()));
        if (!free || !freeBelow) {
            throw new Refusal(LOCKED, "It is locked.");
        }
    }

    @GuardedBy("this")
    private void removeExpired() {
        long now = nanoTime.getAsLong();
        byToken.values().removeIf(lock -> lock.end() - now <= 0);
    }

    private static Duration bound(Duration wish) {
        return wish.compareTo(MAX_TIME) > 0 ? MAX_TIME : wish;
    }
}
