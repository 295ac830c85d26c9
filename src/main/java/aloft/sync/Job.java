package aloft.sync;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fetch and its place in the order of things. The lock of {@link Fetches} guards all but the finals. */
final class Job {

    final Fetch fetch;
    /** Whether it is broken off when nobody holds it any more. */
    final boolean guessed;
    /** Whether it is for one reader, past every cache. */
    final boolean alone;
    Level level;
    int holders;
    /** Bytes that are in memory because the disk did not take them. */
    int inMemory;
    /** Whether nobody wants it any more. */
    boolean brokenOff;
    /** Does the request and may be interrupted. */
    @Nullable
    Thread thread;

    /** Who goes first. */
    enum Level {
        /** Somebody waits for it. */
        READ,
        /** Somebody wants it whole and waits for that. */
        WHOLE,
        /** Nobody has asked for it yet. */
        GUESS
    }

    Job(Fetch fetch, Level level, boolean alone) {
        this.fetch = fetch;
        this.level = level;
        this.guessed = level == Level.GUESS;
        this.alone = alone;
    }

    /** The one that brings the most from an offset on. */
    static @Nullable Job bringingOrNull(List<Job> jobs, int offset) {
        Job best = null;
        for (Job job : jobs) {
            if (job.fetch.covers(offset, offset + 1)
                    && (best == null || job.fetch.range.to() > best.fetch.range.to())) {
                best = job;
            }
        }
        return best;
    }
}
