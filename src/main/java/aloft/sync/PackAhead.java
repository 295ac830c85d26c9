package aloft.sync;

import aloft.cache.Cache;
import aloft.cache.Range;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings along what follows a small file in its pack: files of one folder lie there in the folder's
 * order, so that walking over them costs a few requests. Safe for many threads.
 */
final class PackAhead implements AutoCloseable {

    /** A block of more ciphertext than this is not a small file. */
    static final int SMALL = 256 << 10;
    private static final int FIRST = 256 << 10;
    private static final int MOST = 4 << 20;
    /** A reader that leaves out this much still goes on. */
    private static final int SKIP = 64 << 10;
    private static final int OBJECTS = 16;

    private final Fetches fetches;
    private final Cache cache;
    private final ReentrantLock lock = new ReentrantLock();
    @GuardedBy("lock")
    private final Map<ObjectId, Walk> walks = new LinkedHashMap<>(16, 0.75f, true);

    /** One reader's way through a pack: what it read up to, what is asked for up to. */
    private static final class Walk {
        int next;
        int frontier;
        int window;
        /** What is asked for, in order; what the reader has passed is given up. */
        private final Deque<Ahead> asked = new ArrayDeque<>();

        private record Ahead(int to, Guess guess) {}

        void begin(BlockRow block) {
            leave(Integer.MAX_VALUE);
            next = block.offset() + block.length();
            window = FIRST;
            frontier = Math.max(next, block.offset() + window);
        }

        boolean goesOn(BlockRow block) {
            return block.offset() <= next + SKIP && block.offset() + block.length() > next - SKIP;
        }

        void ask(int to, Guess guess) {
            asked.add(new Ahead(to, guess));
        }

        void leave(int upTo) {
            while (!asked.isEmpty() && asked.getFirst().to() <= upTo) {
                asked.remove().guess().close();
            }
        }
    }

    PackAhead(Fetches fetches, Cache cache) {
        this.fetches = fetches;
        this.cache = cache;
    }

    static boolean isSmall(BlockRow block) {
        return block.length() <= SMALL;
    }

    /**
     * A small file is being read from its beginning.
     *
     * @return where a request for it may end
     */
    int reading(BlockRow block) {
        lock.lock();
        try {
            Walk walk = walks.get(block.object());
            if (walk == null) {
                walk = new Walk();
                walk.begin(block);
                walks.put(block.object(), walk);
                forgetEldest();
            } else if (walk.goesOn(block)) {
                walk.leave(block.offset());
                walk.next = Math.max(walk.next, block.offset() + block.length());
                if (walk.frontier - walk.next < walk.window / 2) {
                    extend(block.object(), walk);
                }
            } else {
                walk.begin(block);
            }
            return walk.frontier;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void extend(ObjectId object, Walk walk) {
        walk.window = Math.min(2 * walk.window, MOST);
        int from = Math.max(walk.frontier, walk.next);
        int to = walk.next + walk.window;
        List<Range> missing = cache.missing(object, from, to - from);
        walk.frontier = to;
        if (!missing.isEmpty()) {
            int end = missing.getLast().to();
            walk.ask(end, new Guess(fetches.claim(object, missing, end, Job.Level.GUESS)));
        }
    }

    @GuardedBy("lock")
    private void forgetEldest() {
        if (walks.size() > OBJECTS) {
            Walk eldest = walks.remove(walks.keySet().iterator().next());
            if (eldest != null) {
                eldest.leave(Integer.MAX_VALUE);
            }
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            walks.values().forEach(walk -> walk.leave(Integer.MAX_VALUE));
            walks.clear();
        } finally {
            lock.unlock();
        }
    }
}
