package aloft.sync;

import aloft.format.BlockRow;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Asks for what the reader of one open file will likely want next. Safe for many threads. */
public final class ReadAhead implements AutoCloseable {

    private final Downloader downloader;
    private final int blockBits;
    private final Blocks blocks;
    private final ReentrantLock lock = new ReentrantLock();
    @GuardedBy("lock")
    private final ReadPattern pattern = new ReadPattern();
    @GuardedBy("lock")
    private final Deque<Ahead> asked = new ArrayDeque<>();
    @GuardedBy("lock")
    private boolean closed;

    /** The committed blocks of the file; called under the lock of the read-ahead. */
    @FunctionalInterface
    public interface Blocks {
        /** Null where the file has none, and behind its end. */
        @Nullable
        BlockRow blockOrNull(long index);
    }

    private record Ahead(ReadPattern.Span span, boolean backwards, List<Guess> guesses) {
        /** Whether a reader of these bytes has gone past. */
        boolean isPassed(long offset, long end) {
            return backwards
                    ? span.from() >= end + ReadPattern.DISORDER
                    : span.to() + ReadPattern.DISORDER <= offset;
        }

        void close() {
            guesses.forEach(Guess::close);
        }
    }

    /** @param blockBits log2 of the file's block size */
    public ReadAhead(Downloader downloader, int blockBits, Blocks blocks) {
        this.downloader = downloader;
        this.blockBits = blockBits;
        this.blocks = blocks;
    }

    /**
     * The reader reads these bytes of the file now: called before they are read. Returns at once.
     *
     * @return for {@link Downloader#read(BlockRow, int, byte[], int, int, int)}
     */
    public int reading(long offset, int length) {
        lock.lock();
        try {
            ReadPattern.Plan plan = pattern.feed(offset, length);
            leave(plan.jump(), offset, offset + length);
            if (!closed) {
                laterBlocks(offset, offset + length);
                plan.ahead().forEach(span -> ask(span, plan.backwards()));
            }
            return plan.beyond();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void leave(boolean all, long offset, long end) {
        for (Iterator<Ahead> each = asked.iterator(); each.hasNext();) {
            Ahead ahead = each.next();
            if (all || ahead.isPassed(offset, end)) {
                each.remove();
                ahead.close();
            }
        }
    }

    /** A read of more than one block waits for all of them at the same time. */
    @GuardedBy("lock")
    private void laterBlocks(long offset, long end) {
        long second = (offset >> blockBits) + 1 << blockBits;
        if (second < end) {
            ask(new ReadPattern.Span(second, end), false);
        }
    }

    @GuardedBy("lock")
    private void ask(ReadPattern.Span span, boolean backwards) {
        List<Guess> guesses = new ArrayList<>();
        long next = span.from();
        while (next < span.to()) {
            long start = next >> blockBits << blockBits;
            long end = Math.min(span.to(), start + (1L << blockBits));
            BlockRow block = blocks.blockOrNull(next >> blockBits);
            if (block != null) {
                guesses.add(downloader.prefetch(block, (int) (next - start), (int) (end - next)));
            }
            next = end;
        }
        if (!guesses.isEmpty()) {
            asked.add(new Ahead(span, backwards, guesses));
        }
    }

    /** Gives up all guesses. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            asked.forEach(Ahead::close);
            asked.clear();
        } finally {
            lock.unlock();
        }
    }
}
