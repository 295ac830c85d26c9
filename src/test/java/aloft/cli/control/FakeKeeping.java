package aloft.cli.control;

import aloft.format.NodeType;
import aloft.tree.Drive;
import aloft.tree.FsException;
import aloft.tree.Keeping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A drive of a few entries in memory, whose waits can be held. */
public final class FakeKeeping implements Keeping {

    public final Set<String> pinned = new ConcurrentSkipListSet<>();
    public final CountDownLatch waiting = new CountDownLatch(1);
    public final CountDownLatch interrupted = new CountDownLatch(1);
    public volatile boolean hold;
    private final ConcurrentSkipListMap<String, PathStatus> entries = new ConcurrentSkipListMap<>();
    private volatile int pending;

    public FakeKeeping() {
        add("/", NodeType.FOLDER, 0, State.PARTIAL, null);
        add("/docs", NodeType.FOLDER, 0, State.LOCAL, null);
        add("/docs/caf\u00c3\u00a9.txt", NodeType.FILE, 1_234_567, State.ONLINE_ONLY, null);
        add("/docs/raw\u00ff", NodeType.FILE, 12, State.PINNED, null);
        add("/docs/to", NodeType.LINK, 4, State.LOCAL, "raw\u00ff");
    }

    private void add(String path, NodeType type, long size, State state, @Nullable String target) {
        entries.put(path, new PathStatus(path, new Drive.Attributes(entries.size() + 1, type, size,
                1_700_000_000_123_456_789L, 1_700_000_000_123_456_789L, type == NodeType.FOLDER ? 0755 : 0644,
                1, size),
                state, state == State.PINNED, 0, target));
    }

    public void setPending(int count) {
        synchronized (this) {
            pending = count;
            notifyAll();
        }
    }

    @Override
    public DriveStatus status() {
        return new DriveStatus("the fake", 42, true, pending, pending * 1000L, 5_000_000, 7_000_000,
                34_000_000, 3, 1 << 20,
                1 << 30,
                new Drive.Space(2_000_000_000_000L, 500_000_000_000L, 5), null, new ArrayList<>());
    }

    @Override
    public PathStatus status(String path) throws FsException {
        PathStatus entry = entries.get(path);
        if (entry == null) {
            throw new FsException(FsException.Reason.NOT_FOUND, "There is no " + path + " in the drive.");
        }
        return entry;
    }

    @Override
    public List<PathStatus> list(String path) throws FsException {
        if (status(path).attributes().type() != NodeType.FOLDER) {
            return List.of(status(path));
        }
        String prefix = path.equals("/") ? "/" : path + "/";
        return entries.values()
                .stream()
                .filter(entry -> entry.path().startsWith(prefix) && entry.path().length() > prefix.length()
                        && entry.path().indexOf('/', prefix.length()) < 0)
                .toList();
    }

    @Override
    public void pin(String path) throws FsException {
        pinned.add(status(path).path());
    }

    @Override
    public void awaitPinned(String path, Progress progress) throws FsException, InterruptedException {
        long total = status(path).attributes().size();
        for (int i = 1; i <= 4; i++) {
            progress.at(total * i / 4, total, path);
        }
        holdIfAsked();
    }

    @Override
    public void unpin(String path) throws FsException {
        pinned.remove(status(path).path());
    }

    @Override
    public long free(String path) throws FsException {
        if (pinned.contains(path)) {
            throw new FsException(FsException.Reason.NOT_PERMITTED, path + " is pinned; unpin it first.");
        }
        return status(path).attributes().size();
    }

    @Override
    public void awaitUploaded(String path, Progress progress) throws InterruptedException {
        progress.at(1, 2, path);
        holdIfAsked();
        progress.at(2, 2, path);
    }

    @Override
    public List<Fault> verify(boolean repair, Progress progress) {
        progress.at(1, 1, "x");
        return List.of(new Fault("/damaged", repair));
    }

    @Override
    public synchronized void awaitChange(DriveStatus seen, Duration time) throws InterruptedException {
        while (seen.pending() == pending) {
            wait(time.toMillis());
        }
    }

    private void holdIfAsked() throws InterruptedException {
        if (hold) {
            waiting.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }
    }
}
