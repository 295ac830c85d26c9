package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A store in memory, for tests: everything a store can do, at once. Thread safe. Closing it keeps the
 * objects, so that one memory can be opened again and again like a cloud.
 */
public final class MemoryStore implements Store {

    private final InstantSource clock;
    private final long capacity;
    private final Map<String, Entry> objects = new TreeMap<>();
    private long used;
    private long versions;
    private Promise promise = Promise.ATOMIC;

    public MemoryStore() {
        this(InstantSource.system(), Long.MAX_VALUE);
    }

    /** @param capacity bytes, more is {@link Failure.Full} */
    public MemoryStore(InstantSource clock, long capacity) {
        this.clock = clock;
        this.capacity = capacity;
    }

    /** What it says of itself; it does what it does. */
    public void promise(Promise promise) {
        this.promise = promise;
    }

    @Override
    public synchronized void put(String key, byte[] body) throws Failure, InterruptedIOException {
        enter(key);
        store(key, body);
    }

    @Override
    public synchronized boolean putIfAbsent(String key, byte[] body)
            throws Failure, InterruptedIOException {
        enter(key);
        if (objects.containsKey(key)) {
            return false;
        }
        store(key, body);
        return true;
    }

    @Override
    public synchronized boolean replace(String key, byte[] body, String version)
            throws Failure, InterruptedIOException {
        enter(key);
        Entry entry = objects.get(key);
        if (entry == null || !entry.version().equals(version)) {
            return false;
        }
        store(key, body);
        return true;
    }

    private void store(String key, byte[] body) throws Failure {
        Entry old = objects.get(key);
        long more = (long) body.length - (old == null ? 0 : old.bytes().length);
        if (more > capacity - used) {
            throw new Failure.Full("The store is full.", null);
        }
        used += more;
        objects.put(key, new Entry(body.clone(), clock.millis(), "v" + ++versions));
        notifyAll();
    }

    @Override
    public synchronized Read get(String key, int limit) throws Failure, InterruptedIOException {
        enter(key);
        Entry entry = existing(key);
        checkLimit(key, entry, limit);
        return new Read(entry.bytes().clone(), entry.version());
    }

    @Override
    public void read(String key, long offset, int length, Sink sink)
            throws Failure, InterruptedIOException {
        byte[] part = part(key, offset, length);
        sink.accept(part, 0, part.length);
        if (part.length < length) {
            throw new Failure.Damaged("The object " + key + " is too short.", null);
        }
    }

    private synchronized byte[] part(String key, long offset, int length)
            throws Failure, InterruptedIOException {
        enter(key);
        byte[] bytes = existing(key).bytes();
        int from = (int) Math.min(offset, bytes.length);
        return Arrays.copyOfRange(bytes, from, (int) Math.min((long) from + length, bytes.length));
    }

    @Override
    public synchronized Optional<byte[]> await(String key, int limit, Duration time)
            throws Failure, InterruptedIOException {
        enter(key);
        long end = System.nanoTime() + time.toNanos();
        try {
            for (long left = time.toNanos(); left > 0 && !objects.containsKey(key);) {
                wait(left / 1_000_000, (int) (left % 1_000_000));
                left = end - System.nanoTime();
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
        Entry entry = objects.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        checkLimit(key, entry, limit);
        return Optional.of(entry.bytes().clone());
    }

    @Override
    public boolean canAwait() {
        return true;
    }

    @Override
    public void list(String prefix, Listing to) throws Failure, InterruptedIOException {
        Keys.checkPrefix(prefix);
        matching(prefix).forEach(to::accept);
    }

    private synchronized List<Listed> matching(String prefix) throws InterruptedIOException {
        checkInterrupt();
        return objects.entrySet()
                .stream()
                .filter(object -> object.getKey().startsWith(prefix))
                .map(object -> new Listed(object.getKey(), object.getValue().bytes().length,
                        object.getValue().modified()))
                .toList();
    }

    @Override
    public synchronized void delete(String key) throws Failure, InterruptedIOException {
        enter(key);
        Entry entry = objects.remove(key);
        if (entry != null) {
            used -= entry.bytes().length;
        }
    }

    @Override
    public synchronized Space space() {
        return capacity == Long.MAX_VALUE ? new Space(-1, used) : new Space(capacity, used);
    }

    @Override
    public Promise promise() {
        return promise;
    }

    @Override
    public String toString() {
        return "memory";
    }

    @Override
    public void close() {
        // the objects stay
    }

    private static void enter(String key) throws InterruptedIOException {
        Keys.check(key);
        checkInterrupt();
    }

    private static void checkInterrupt() throws InterruptedIOException {
        if (Thread.interrupted()) {
            throw new InterruptedIOException("interrupted");
        }
    }

    private Entry existing(String key) throws Failure.Missing {
        Entry entry = objects.get(key);
        if (entry == null) {
            throw new Failure.Missing("There is no object " + key + ".");
        }
        return entry;
    }

    private static void checkLimit(String key, Entry entry, int limit) throws Failure.Damaged {
        if (entry.bytes().length > limit) {
            throw new Failure.Damaged("The object " + key + " is larger than it may be.", null);
        }
    }

    private record Entry(byte[] bytes, long modified, String version) {}
}
