package aloft.sync;

import aloft.cache.Cache;
import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;

/** Parts of an object that are on their way. Until it is closed, the cache keeps the object. */
final class Claim implements AutoCloseable {
    private final Fetches fetches;
    private final Cache cache;
    private final Duration deadline;
    private final List<Job> jobs;
    private final Cache.Use use;

    /** @param deadline without progress */
    Claim(Fetches fetches, Cache cache, Duration deadline, List<Job> jobs, Cache.Use use) {
        this.fetches = fetches;
        this.cache = cache;
        this.deadline = deadline;
        this.jobs = jobs;
        this.use = use;
    }

    boolean isEmpty() {
        return jobs.isEmpty();
    }

    /** Waits for a part; as {@link Fetch#await}, and nothing when nobody fetches it. */
    Fetch.Got await(int from, int to, byte[] into) throws Failure, InterruptedIOException {
        Job job = Job.bringingOrNull(jobs, from);
        if (job == null || job.fetch.covers(from, to)) {
            return job == null ? Fetch.Got.NOTHING : fetches.await(job, from, to, into);
        }
        for (int next = from; next < to;) {
            Job part = Job.bringingOrNull(jobs, next);
            int end = part == null ? to : Math.min(to, part.fetch.range.to());
            if (part == null || !awaitPart(part, next, end, into, next - from)) {
                return Fetch.Got.NOTHING;
            }
            next = end;
        }
        return Fetch.Got.BYTES;
    }

    private boolean awaitPart(Job job, int from, int to, byte[] into, int at)
            throws Failure, InterruptedIOException {
        byte[] part = new byte[to - from];
        Fetch.Got got = fetches.await(job, from, to, part);
        if (got == Fetch.Got.BYTES) {
            System.arraycopy(part, 0, into, at, part.length);
        }
        return got == Fetch.Got.BYTES
                || got == Fetch.Got.CACHED && cache.read(job.fetch.object, from, into, at, part.length);
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
