package aloft.sync;

import aloft.cache.Range;
import aloft.failure.Failure;
import aloft.format.ObjectId;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ciphertext of one request as it arrives. Who waits for a part gets it as soon as that part is there.
 * Safe for many threads.
 */
final class Fetch {

    /** Bytes of an array, so that memory is taken as bytes come and not as they are asked for. */
    private static final int CHUNK = 1 << 18;

    final ObjectId object;
    final Range range;

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    @GuardedBy("lock")
    private final List<byte[]> chunks = new ArrayList<>();
    /** Whether they are in the cache and no more here. */
    @GuardedBy("lock")
    private boolean cached;
    @GuardedBy("lock")
    private int arrived;
    @GuardedBy("lock")
    private long progressAt;
    @GuardedBy("lock")
    private boolean ended;
    @GuardedBy("lock")
    private @Nullable Failure failure;

    /** What a reader gets of a fetch. */
    enum Got {
        /** The bytes. */
        BYTES,
        /** Nothing any more: all of it is in the cache. */
        CACHED,
        /** Nothing: the object seems to be gone or to end before. */
        NOTHING
    }

    Fetch(ObjectId object, Range range, LongSupplier nanoTime) {
        this.object = object;
        this.range = range;
        this.nanoTime = nanoTime;
        arrived = range.from();
        progressAt = nanoTime.getAsLong();
    }

    boolean covers(int from, int to) {
        return range.from() <= from && to <= range.to();
    }

    // ---- for the thread that does the request

    /** Takes what came; what nobody asked for is left out. */
    void arrive(byte[] bytes, int from, int length) {
        lock.lock();
        try {
            int take = Math.min(length, range.to() - arrived);
            int done = 0;
            while (done < take) {
                int at = arrived - range.from();
                byte[] chunk = chunk(at);
                int part = Math.min(take - done, chunk.length - at % CHUNK);
                System.arraycopy(bytes, from + done, chunk, at % CHUNK, part);
                arrived += part;
                done += part;
            }
            progressAt = nanoTime.getAsLong();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The array of the byte at the offset in the range, which is the first of a new one or in one that is there. */
    @GuardedBy("lock")
    private byte[] chunk(int at) {
        if (at / CHUNK == chunks.size()) {
            chunks.add(new byte[Math.min(CHUNK, range.length() - at)]);
        }
        return chunks.get(at / CHUNK);
    }

    /** The end of what has come. */
    int arrived() {
        lock.lock();
        try {
            return arrived;
        } finally {
            lock.unlock();
        }
    }

    /** Takes bytes as {@link aloft.cache.Cache#write} does. */
    @FunctionalInterface
    interface Writer {
        boolean write(int offset, byte[] bytes, int from, int length);
    }

    /** Hands over what has come from {@code from} on, a whole chunk at a time unless it is the rest. */
    int pass(int from, boolean rest, Writer to) {
        int next = from;
        while (true) {
            byte[] chunk;
            int skip;
            int length;
            lock.lock();
            try {
                int at = next - range.from();
                skip = at % CHUNK;
                int end = Math.min(arrived, range.from() + at - skip + CHUNK);
                length = end - next;
                if (length <= 0 || !rest && skip + length < CHUNK && end < range.to()) {
                    return next;
                }
                chunk = chunk(at);
            } finally {
                lock.unlock();
            }
            if (!to.write(next, chunk, skip, length)) {
                return next;
            }
            next += length;
        }
    }

    /**
     * Nothing comes any more; only the first call counts.
     *
     * @param why    null when all of it has come
     * @param inCache whether the cache has all that came, so that nothing need stay here
     * @return false when it had ended before
     */
    @CanIgnoreReturnValue
    boolean end(@Nullable Failure why, boolean inCache) {
        lock.lock();
        try {
            if (inCache) {
                cached = true;
                chunks.clear();
            }
            if (ended) {
                return false;
            }
            ended = true;
            failure = why;
            progress.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Failure failureOrNull() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    // ---- for those who wait

    /**
     * Waits for a part of the range and copies it.
     *
     * @throws Failure whatever ended the request, but for an object that is gone or too short
     */
    Got await(int from, int to, byte[] into, long deadlineNanos) throws Failure, InterruptedIOException {
        lock.lock();
        try {
            long since = nanoTime.getAsLong();
            while (arrived < to && !ended) {
                awaitProgress(since, deadlineNanos);
            }
            if (arrived >= to) {
                return copy(from, to, into) ? Got.BYTES : Got.CACHED;
            }
            if (failure == null || failure instanceof Failure.Damaged || failure instanceof Failure.Missing) {
                return Got.NOTHING;
            }
            throw failure;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all has come, or nothing comes any more, and the cache has what it takes. */
    void awaitEnd(long deadlineNanos) throws Failure, InterruptedIOException {
        lock.lock();
        try {
            long since = nanoTime.getAsLong();
            while (!ended) {
                awaitProgress(since, deadlineNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    @SuppressWarnings("WaitNotInLoop") // the callers loop
    private void awaitProgress(long since, long deadlineNanos) throws Failure, InterruptedIOException {
        long left = deadlineNanos - (nanoTime.getAsLong() - Math.max(since, progressAt));
        if (left <= 0) {
            throw new Failure.Unreachable("The cloud sent nothing for "
                    + TimeUnit.NANOSECONDS.toSeconds(deadlineNanos) + " seconds.", null);
        }
        try {
            var _ = progress.awaitNanos(left);
        } catch (InterruptedException e) {
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    @GuardedBy("lock")
    private boolean copy(int from, int to, byte[] into) {
        if (cached) {
            return false;
        }
        int next = from;
        while (next < to) {
            int at = next - range.from();
            int part = Math.min(to - next, CHUNK - at % CHUNK);
            System.arraycopy(chunk(at), at % CHUNK, into, next - from, part);
            next += part;
        }
        return true;
    }
}
