package aloft.vault;

import aloft.failure.Awaited;
import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.vault.Checkpoint.Page;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The blocks of single files as of a checkpoint. A page is fetched when something in it is first asked for; those
 * that were asked for last stay in memory. Safe for many threads, each of which waits for its own pages alone.
 */
public final class BlockPages {

    /** Some 10 MB at most. */
    private static final int KEPT = 16;

    private final Fetch fetch;
    /** By key. */
    private final List<Page> pages;
    private final List<Key> firstKeys;
    private final ReentrantLock lock = new ReentrantLock();
    @GuardedBy("lock")
    private final SequencedMap<Page, FutureTask<List<BlockRow>>> kept = new LinkedHashMap<>(KEPT, 0.75f,
            true);

    /** Brings the rows of one page. */
    @FunctionalInterface
    interface Fetch {
        List<BlockRow> rows(Page page) throws Failure, InterruptedIOException;
    }

    BlockPages(Checkpoint checkpoint, Fetch fetch) {
        this.fetch = fetch;
        this.pages = checkpoint.pages().stream().filter(page -> page.table() == Table.BLOCKS).toList();
        this.firstKeys = pages.stream().map(Page::from).toList();
    }

    /**
     * A file's blocks by index; none when the checkpoint has none of that file.
     *
     * @throws Failure.Missing when a page is gone
     * @throws Failure.Damaged when a page does not authenticate
     */
    public List<BlockRow> of(long file) throws Failure, InterruptedIOException {
        Key last = Key.block(file, Long.MAX_VALUE, 0);
        List<BlockRow> found = new ArrayList<>();
        for (int i = pageOf(Key.block(file, 0, 0)); i < pages.size()
                && firstKeys.get(i).compareTo(last) <= 0; i++) {
            rows(pages.get(i)).stream().filter(row -> row.file() == file).forEach(found::add);
        }
        return found;
    }

    private int pageOf(Key key) {
        int at = Collections.binarySearch(firstKeys, key);
        return at >= 0 ? at : Math.max(0, -at - 2);
    }

    private List<BlockRow> rows(Page page) throws Failure, InterruptedIOException {
        while (true) {
            var mine = new FutureTask<>(() -> fetch.rows(page));
            FutureTask<List<BlockRow>> task = keep(page, mine);
            if (task == mine) {
                task.run();
            }
            try {
                return Awaited.result(task, "looking up what a file holds");
            } catch (Failure e) {
                forget(page, task);
                throw e;
            } catch (InterruptedIOException e) {
                forget(page, task);
                if (task == mine || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
    }

    /** @return the one that is at it already, else the given one */
    private FutureTask<List<BlockRow>> keep(Page page, FutureTask<List<BlockRow>> task) {
        lock.lock();
        try {
            FutureTask<List<BlockRow>> there = kept.putIfAbsent(page, task);
            if (kept.size() > KEPT) {
                kept.pollFirstEntry();
            }
            return there == null ? task : there;
        } finally {
            lock.unlock();
        }
    }

    private void forget(Page page, FutureTask<List<BlockRow>> task) {
        lock.lock();
        try {
            kept.remove(page, task);
        } finally {
            lock.unlock();
        }
    }
}
