package aloft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LockTableTest {

    private final AtomicLong now = new AtomicLong();
    private final LockTable table = new LockTable(now::get);

    private static DavPath path(String raw) throws Refusal {
        return DavPath.parse(raw);
    }

    private WriteLock lock(String path, boolean deep, boolean exclusive) throws Refusal {
        return table.lock(path(path), deep, exclusive, null, Duration.ofSeconds(60));
    }

    @Test
    void aLockEndsByItself() throws Refusal {
        WriteLock lock = lock("/a", false, true);
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThatThrownBy(() -> table.require(Set.of(), path("/a"), false)).isInstanceOf(Refusal.class);
        table.refresh(path("/a"), Set.of(lock.token()), Duration.ofSeconds(60));
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(table.covering(path("/a"))).hasSize(1);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        table.require(Set.of(), path("/a"), false);
        assertThat(table.covering(path("/a"))).isEmpty();
        assertThatThrownBy(() -> table.refresh(path("/a"), Set.of(lock.token()), Duration.ofSeconds(60)))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void noLockIsForever() throws Refusal {
        table.lock(path("/a"), false, true, null, Duration.ofDays(10_000));
        now.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(table.covering(path("/a"))).isEmpty();
    }

    @Test
    void exclusiveLocksKeepOthersOut() throws Refusal {
        lock("/f", true, true);
        assertThatThrownBy(() -> lock("/f/a/b", false, true)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> lock("/", true, false)).isInstanceOf(Refusal.class);
        lock("/", false, true);
        lock("/g", false, false);
        lock("/g", false, false);
        assertThatThrownBy(() -> lock("/g", false, true)).isInstanceOf(Refusal.class);
    }

    @Test
    void aChangeNeedsATokenForEachLockThatItTouches() throws Refusal {
        WriteLock a = lock("/f/a", false, true);
        WriteLock b = lock("/f/b", false, true);
        table.require(Set.of(), path("/f"), false);
        assertThatThrownBy(() -> table.require(Set.of(a.token()), path("/f"), true))
                .isInstanceOf(Refusal.class);
        table.require(Set.of(a.token(), b.token()), path("/f"), true);
        table.removeWithin(path("/f"));
        table.require(Set.of(), path("/f"), true);
    }
}
