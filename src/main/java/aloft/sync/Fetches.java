package aloft.sync;

import aloft.cache.Cache;
import aloft.cache.Range;
import aloft.failure.Failure;
import aloft.format.ObjectId;
import aloft.sync.Job.Level;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests to the store: which are under way, which wait for their turn. Safe for many threads.
 *
 * <p>
 * A wish that is on its way already is not asked for again. What somebody waits for goes first; guesses
 * take only what is left, and end with the last one who wanted them.
 */
final class Fetches implements Closeable {

    /** Bytes of one request. */
    static final int MOST = 8 << 20;
    /** Bytes of guesses in memory that the disk does not take, before there are no more guesses. */
    private static final long MOST_IN_MEMORY = 32 << 20;

    private final Source source;
    private final Cache cache;
    private final Traffic traffic;
    private final DownloadLimits limits;
    private final LongSupplier nanoTime;
    private final Executor executor;
    private final ObjectEnds ends = new ObjectEnds();

    /** Over what follows and the jobs. Under it the cache's maps are asked and the lock of a fetch is taken. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    @GuardedBy("lock")
    private final Map<ObjectId, List<Job>> known = new HashMap<>();
    @GuardedBy("lock")
    private final Turns turns;
    @GuardedBy("lock")
    private long inMemory;
    @GuardedBy("lock")
    private boolean closed;

    Fetches(Source source, Cache cache, Traffic traffic, DownloadLimits limits, LongSupplier nanoTime,
            Executor executor) {
        this.source = source;
        this.cache = cache;
        this.traffic = traffic;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.executor = executor;
        turns = new Turns(limits);
    }

    // ---- wishes

    /**
     * Sees to it that every part is in the cache or on its way.
     *
     * @param parts  in order; each comes with one request as a whole
     * @param beyond where the request that ends with the last part may end instead
     */
    Claim claim(ObjectId object, List<Range> parts, int beyond, Level level) {
        Cache.Use use = cache.use(object);
        List<Job> jobs = new ArrayList<>(2);
        List<Job> next;
        lock.lock();
        try {
            List<Range> missing = missing(object, parts, level, jobs);
            if (level != Level.GUESS || inMemory < MOST_IN_MEMORY) {
                for (Range run : Spans.runs(missing, MOST)) {
                    boolean last = run.to() == parts.getLast().to();
                    hold(add(object, last ? extended(object, run, beyond) : run, level, false), level, jobs);
                }
            }
            next = turns.next();
        } finally {
            lock.unlock();
        }
        next.forEach(this::start);
        return new Claim(this, cache, object, limits.deadline(), jobs, use);
    }

    /** A part from the store itself, whatever is on its way; the cache does not get it. */
    Claim claimAnew(ObjectId object, Range part) {
        Cache.Use use = cache.use(object);
        List<Job> jobs = new ArrayList<>(1);
        List<Job> next;
        lock.lock();
        try {
            hold(add(object, part, Level.READ, true), Level.READ, jobs);
            next = turns.next();
        } finally {
            lock.unlock();
        }
        next.forEach(this::start);
        return new Claim(this, cache, object, limits.deadline(), jobs, use);
    }

    /** What of the parts is neither in the cache nor on its way; who brings the latter is held. */
    @GuardedBy("lock")
    private List<Range> missing(ObjectId object, List<Range> parts, Level level, List<Job> jobs) {
        List<Range> missing = new ArrayList<>();
        for (Range part : level == Level.GUESS ? ends.within(object, parts) : parts) {
            int from = part.from();
            while (from < part.to()) {
                int here = upToWhichHere(object, from, part.to(), level, jobs);
                if (here == from) {
                    missing.add(new Range(from, part.to()));
                    break;
                }
                from = here;
            }
        }
        return missing;
    }

    /** How far from an offset on there is no gap in what is here or comes with one request. */
    @GuardedBy("lock")
    private int upToWhichHere(ObjectId object, int from, int to, Level level, List<Job> jobs) {
        Job job = bringingOrNull(object, from);
        if (job != null) {
            hold(job, level, jobs);
            return Math.min(to, job.fetch.range.to());
        }
        List<Range> gaps = cache.missing(object, from, to - from);
        return gaps.isEmpty() ? to : gaps.getFirst().from();
    }

    @GuardedBy("lock")
    private @Nullable Job bringingOrNull(ObjectId object, int offset) {
        return Job.bringingOrNull(known.getOrDefault(object, List.of()), offset);
    }

    /** The run with what may come along with it: what is neither here nor on its way, without a gap. */
    @GuardedBy("lock")
    private Range extended(ObjectId object, Range run, int beyond) {
        int end = Math.min(Math.min(beyond, run.from() + MOST), ends.of(object));
        for (Job job : known.getOrDefault(object, List.of())) {
            if (job.fetch.range.to() > run.to()) {
                end = Math.min(end, job.fetch.range.from());
            }
        }
        if (end <= run.to()) {
            return run;
        }
        List<Range> missing = cache.missing(object, run.to(), end - run.to());
        return missing.isEmpty() || missing.getFirst().from() > run.to()
                ? run
                : new Range(run.from(), missing.getFirst().to());
    }

    @GuardedBy("lock")
    private Job add(ObjectId object, Range range, Level level, boolean alone) {
        var job = new Job(new Fetch(object, range, nanoTime), level, alone);
        if (closed) {
            job.fetch.end(new Failure.Unreachable("The drive is being closed.", null), false);
            return job;
        }
        if (!alone) {
            known.computeIfAbsent(object, id -> new ArrayList<>(2)).add(job);
        }
        turns.add(job);
        return job;
    }

    @GuardedBy("lock")
    private void hold(Job job, Level level, List<Job> holder) {
        if (!holder.contains(job)) {
            holder.add(job);
            job.holders++;
            turns.raise(job, level);
        }
    }

    void release(List<Job> jobs) {
        lock.lock();
        try {
            for (Job job : jobs) {
                job.holders--;
                if (job.holders == 0 && job.guessed) {
                    breakOff(job, new Failure.Unreachable("Nobody wants it any more.", null));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the job and ends it as soon as that can be. */
    @GuardedBy("lock")
    private void breakOff(Job job, Failure why) {
        forget(job);
        job.brokenOff = true;
        inMemory -= job.inMemory;
        job.inMemory = 0;
        if (turns.remove(job)) {
            job.fetch.end(why, false);
        } else if (job.thread != null) {
            job.thread.interrupt();
        }
    }

    @GuardedBy("lock")
    private void forget(Job job) {
        known.computeIfPresent(job.fetch.object, (object, jobs) -> {
            jobs.remove(job);
            return jobs.isEmpty() ? null : jobs;
        });
    }

    /** As {@link Fetch#await}; who waited in vain has nobody wait for that request again. */
    Fetch.Got await(Job job, int from, int to, byte[] into) throws Failure, InterruptedIOException {
        try {
            return job.fetch.await(from, to, into, patience().toNanos());
        } catch (Failure failure) {
            if (job.fetch.end(failure, false)) {
                // over the deadline: the next one who wants it shall not wait for this request
                lock.lock();
                try {
                    breakOff(job, failure);
                } finally {
                    lock.unlock();
                }
                traffic.answered(failure);
            }
            throw failure;
        }
    }

    /** Of who waits for a byte: shorter while the last that is known of the cloud is that it does not answer. */
    private Duration patience() {
        return traffic.isOnline() ? limits.deadline() : limits.deadline().dividedBy(10);
    }

    // ---- requests

    private void start(Job job) {
        executor.execute(() -> run(job));
    }

    private void run(Job job) {
        var request = new Request(job, source, cache, traffic);
        Failure failure = new Failure.Unreachable("The request was broken off.", null);
        boolean cached = false;
        try (var _ = cache.use(job.fetch.object)) {
            if (begin(job)) {
                failure = request.run();
                becomeDeaf(job);
                cached = request.keepRest();
            }
        } finally {
            end(job, failure, cached);
        }
    }

    private boolean begin(Job job) {
        lock.lock();
        try {
            if (job.brokenOff || closed) {
                return false;
            }
            job.thread = Thread.currentThread();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Nobody interrupts the thread from now on: what it writes to the disk shall be written. */
    private void becomeDeaf(Job job) {
        lock.lock();
        try {
            job.thread = null;
        } finally {
            lock.unlock();
        }
        var _ = Thread.interrupted();
    }

    private void end(Job job, @Nullable Failure failure, boolean cached) {
        if (failure instanceof Failure.Damaged) {
            ends.learn(job.fetch.object, job.fetch.arrived());
        }
        List<Job> next;
        lock.lock();
        try {
            job.thread = null;
            turns.ended(job);
            if (!cached && failure == null && job.guessed && !job.brokenOff && !closed) {
                job.inMemory = job.fetch.range.length();
                inMemory += job.inMemory;
            } else {
                forget(job);
            }
            next = turns.next();
            idle.signalAll();
        } finally {
            lock.unlock();
        }
        job.fetch.end(failure, cached);
        next.forEach(this::start);
    }

    /** Breaks off everything and waits for it to end; what is asked for from now on is unreachable. */
    @Override
    public void close() {
        var why = new Failure.Unreachable("The drive is being closed.", null);
        lock.lock();
        try {
            closed = true;
            turns.clear(job -> job.fetch.end(why, false));
            known.clear();
            for (Job job : turns.running()) {
                if (job.thread != null) {
                    job.thread.interrupt();
                }
            }
            long left = limits.deadline().toNanos();
            while (!turns.running().isEmpty() && left > 0) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
