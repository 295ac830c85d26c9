package aloft.sync;

import aloft.cache.Cache;
import aloft.failure.Failure;
import aloft.format.ObjectId;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of an object that are on their way. Until it is closed, the cache keeps the object. */
final class Claim implements AutoCloseable {
    private final Fetches fetches;
    private final Cache cache;
    private final ObjectId object;
    private final Duration deadline;
    private final List<Job> jobs;
    private final Cache.Use use;

    /** @param deadline without progress */
    Claim(Fetches fetches, Cache cache, ObjectId object, Duration deadline, List<Job> jobs, Cache.Use use) {
        this.fetches = fetches;
        this.cache = cache;
        this.object = object;
        this.deadline = deadline;
        this.jobs = jobs;
        this.use = use;
    }

    boolean isEmpty() {
        return jobs.isEmpty();
    }

    /** Waits for a part; as {@link Fetch#await}, and nothing when nobody fetches it. */
    Fetch.Got await(int from, int to, byte[] into) throws Failure, InterruptedIOException {
        Job whole = Job.bringingOrNull(jobs, from);
        if (whole != null && whole.fetch.covers(from, to)) {
            return fetches.await(whole, from, to, into);
        }
        for (int next = from; next < to;) {
            Job job = Job.bringingOrNull(jobs, next);
            int end = job == null ? nextJob(next, to) : Math.min(to, job.fetch.range.to());
            if (!awaitPart(job, next, end, into, next - from)) {
                return Fetch.Got.NOTHING;
            }
            next = end;
        }
        return Fetch.Got.BYTES;
    }

    /** Where the first request begins that lies behind an offset. */
    private int nextJob(int offset, int most) {
        int next = most;
        for (Job job : jobs) {
            if (job.fetch.range.from() > offset) {
                next = Math.min(next, job.fetch.range.from());
            }
        }
        return next;
    }

    /** A part that one request brings, or the cache has. */
    private boolean awaitPart(@Nullable Job job, int from, int to, byte[] into, int at)
            throws Failure, InterruptedIOException {
        if (job != null) {
            byte[] part = new byte[to - from];
            Fetch.Got got = fetches.await(job, from, to, part);
            if (got != Fetch.Got.CACHED) {
                System.arraycopy(part, 0, into, at, part.length);
                return got == Fetch.Got.BYTES;
            }
        }
        return cache.read(object, from, into, at, to - from);
    }

    /** Waits until the cache has what it takes of all that is on its way. */
    void awaitEnd() throws Failure, InterruptedIOException {
        for (Job job : jobs) {
            job.fetch.awaitEnd(deadline.toNanos());
        }
    }

    /** Why {@link #await} gave nothing. */
    Failure failure() {
        for (Job job : jobs) {
            Failure failure = job.fetch.failureOrNull();
            if (failure != null) {
                return failure;
            }
        }
        return new Failure.Damaged("The cloud sent less than it was asked for.", null);
    }

    @Override
    public void close() {
        fetches.release(jobs);
        use.close();
    }
}
