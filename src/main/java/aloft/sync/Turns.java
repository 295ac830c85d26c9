package aloft.sync;

import aloft.sync.Job.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: what somebody waits for before whole files before guesses, so many at a time, some
 * places kept free for what somebody waits for. Not thread safe.
 */
final class Turns {

    private final DownloadLimits limits;
    private final Deque<Job> reads = new ArrayDeque<>();
    private final Deque<Job> wholes = new ArrayDeque<>();
    private final Deque<Job> guesses = new ArrayDeque<>();
    private final Set<Job> running = new HashSet<>();

    Turns(DownloadLimits limits) {
        this.limits = limits;
    }

    private Deque<Job> queue(Level level) {
        return switch (level) {
            case READ -> reads;
            case WHOLE -> wholes;
            case GUESS -> guesses;
        };
    }

    void add(Job job) {
        queue(job.level).add(job);
    }

    /** Somebody wants it at this level at least. */
    void raise(Job job, Level level) {
        if (level.compareTo(job.level) < 0) {
            boolean waits = queue(job.level).remove(job);
            job.level = level;
            if (waits) {
                add(job);
            }
        }
    }

    /** @return false when it was not waiting for its turn */
    boolean remove(Job job) {
        return queue(job.level).remove(job);
    }

    /** Takes those whose turn it is. */
    List<Job> next() {
        List<Job> next = List.of();
        while (running.size() < limits.requests()) {
            Job job = pollOrNull();
            if (job == null) {
                break;
            }
            running.add(job);
            if (next.isEmpty()) {
                next = new ArrayList<>(2);
            }
            next.add(job);
        }
        return next;
    }

    private @Nullable Job pollOrNull() {
        Job job = reads.poll();
        if (job == null && others() < limits.requests() - limits.reserved()) {
            job = wholes.poll();
            if (job == null) {
                job = guesses.poll();
            }
        }
        return job;
    }

    private int others() {
        int count = 0;
        for (Job job : running) {
            if (job.level != Level.READ) {
                count++;
            }
        }
        return count;
    }

    void ended(Job job) {
        running.remove(job);
    }

    Set<Job> running() {
        return running;
    }

    /** Takes away all that wait. */
    void clear(Consumer<Job> to) {
        for (Level level : Level.values()) {
            queue(level).forEach(to);
            queue(level).clear();
        }
    }
}
