package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store with bad weather, for tests: what a network and a cloud do wrong, by chance from a seed or one
 * by one as told. Thread safe; with one thread the same seed gives the same weather.
 */
public final class FaultyStore implements Store {

    /** What a fault can befall. */
    public enum Call {
        PUT,
        PUT_IF_ABSENT,
        REPLACE,
        GET,
        READ,
        AWAIT,
        LIST,
        DELETE,
        SPACE,
        PROMISE
    }

    /** What goes wrong. */
    public enum Fault {
        /** No connection: Unreachable, as when there is no network. */
        NOT_CONNECTED,
        /** Unreachable, and nothing was done. */
        LOST_REQUEST,
        /** A write: Unreachable, and it was done all the same. */
        LOST_ANSWER,
        /** A write: Unreachable, and it is done when all that is late arrives. */
        LATE,
        /** A write: done twice, as by a proxy that sends again; of a claim the first answer is lost. */
        DUPLICATE,
        /** Busy, with the time that {@link #busyFor} said. */
        BUSY,
        /** The account takes no more: Full, and nothing was done. */
        FULL,
        /** The login is over: NeedsLogin, and nothing was done. */
        NEEDS_LOGIN,
        /** A read or a listing breaks in the middle: a part arrives, then Unreachable. */
        BROKEN,
        /** The object seems to end early: a part arrives, then Damaged. */
        TRUNCATED,
        /** One bit of the bytes is another. */
        WRONG_BYTES,
        /** Nothing comes until the hook lets go, then Unreachable. */
        STALL,
        /** The process dies before the call is done: {@link Crash}, now and ever after. */
        CRASH_BEFORE,
        /** A write: the process dies after it was done and before it is told. */
        CRASH_AFTER;

        Set<Call> befalls() {
            return switch (this) {
                case LOST_ANSWER, LATE, DUPLICATE, CRASH_AFTER -> EnumSet.of(Call.PUT, Call.PUT_IF_ABSENT,
                        Call.REPLACE, Call.DELETE);
                case BROKEN -> EnumSet.of(Call.READ, Call.LIST);
                case TRUNCATED -> EnumSet.of(Call.GET, Call.READ);
                case WRONG_BYTES -> EnumSet.of(Call.GET, Call.READ, Call.AWAIT);
                case FULL -> EnumSet.of(Call.PUT, Call.PUT_IF_ABSENT, Call.REPLACE);
                case NOT_CONNECTED, LOST_REQUEST, BUSY, NEEDS_LOGIN, STALL, CRASH_BEFORE -> EnumSet.allOf(
                        Call.class);
            };
        }
    }

    /** The process that uses the store is dead; the store behind it is not. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("crash point");
        }
    }

    /** Called on the caller's thread: latency before each call, and the length of a stall. */
    public interface Hooks {
        default void before(Call call, String key) throws InterruptedIOException {}

        default void stall(Call call, String key) throws InterruptedIOException {}
    }

    private final Store inner;
    private final Random random;
    private final Hooks hooks;
    private final Map<Call, Map<Fault, Double>> rates = new EnumMap<>(Call.class);
    private final Map<Call, Deque<Fault>> next = new EnumMap<>(Call.class);
    private final Deque<Action<?>> late = new ArrayDeque<>();
    private volatile Duration busyFor = Duration.ZERO;
    private volatile boolean offline;
    private volatile boolean crashed;

    public FaultyStore(Store inner, Random random) {
        this(inner, random, new Hooks() {
        });
    }

    public FaultyStore(Store inner, Random random, Hooks hooks) {
        this.inner = inner;
        this.random = random;
        this.hooks = hooks;
    }

    /** From now on the fault befalls that share (0 to 1) of the named calls, of all that it can when none is named. */
    public synchronized FaultyStore rate(Fault fault, double share, Call... calls) {
        for (Call call : calls.length == 0 ? fault.befalls().toArray(Call[]::new) : calls) {
            rates.computeIfAbsent(call, _ -> new EnumMap<>(Fault.class)).put(fault, share);
        }
        return this;
    }

    /** The next such call meets the fault; said again, the one after that. */
    public synchronized FaultyStore next(Call call, Fault fault) {
        next.computeIfAbsent(call, _ -> new ArrayDeque<>()).add(fault);
        return this;
    }

    /** The sky clears: no more faults by chance or as told. */
    public synchronized void clear() {
        rates.clear();
        next.clear();
        offline = false;
    }

    /** Whatever is {@link Fault#LATE} gets there now. */
    public synchronized void arrive() throws Failure, InterruptedIOException {
        while (!late.isEmpty()) {
            late.remove().run();
        }
    }

    private synchronized void delay(Action<?> action) {
        late.add(action);
    }

    /** Another process uses it from now on. */
    public synchronized void restart() {
        clear();
        crashed = false;
    }

    public void busyFor(Duration time) {
        busyFor = time;
    }

    /** While true every call is {@link Fault#NOT_CONNECTED}. */
    public void offline(boolean now) {
        offline = now;
    }

    private synchronized @Nullable Fault drawn(Call call) {
        Deque<Fault> told = next.get(call);
        if (told != null && !told.isEmpty()) {
            return told.remove();
        }
        for (Map.Entry<Fault, Double> rate : rates.getOrDefault(call, Map.of()).entrySet()) {
            if (random.nextDouble() < rate.getValue()) {
                return rate.getKey();
            }
        }
        return null;
    }

    private synchronized int below(int bound) {
        return random.nextInt(bound);
    }

    /** What goes wrong with this call; what stops it before it is done, stops it here. */
    private @Nullable Fault enter(Call call, String key) throws Failure, InterruptedIOException {
        if (crashed) {
            throw new Crash();
        }
        hooks.before(call, key);
        Fault fault = offline ? Fault.NOT_CONNECTED : drawn(call);
        return switch (fault) {
            case NOT_CONNECTED -> throw new Failure.Unreachable("No network (fault).",
                    new NotConnected("fault", null));
            case LOST_REQUEST -> throw unreachable();
            case BUSY -> throw new Failure.Busy("Busy (fault).", busyFor);
            case FULL -> throw new Failure.Full("No space (fault).", null);
            case NEEDS_LOGIN -> throw new Failure.NeedsLogin("The login is over (fault).");
            case STALL -> {
                hooks.stall(call, key);
                throw unreachable();
            }
            case CRASH_BEFORE -> throw crash();
            case null, default -> fault;
        };
    }

    private static Failure unreachable() {
        return new Failure.Unreachable("Lost on the way (fault).", null);
    }

    private Crash crash() {
        crashed = true;
        return new Crash();
    }

    private <T> T write(Call call, String key, Action<T> action) throws Failure, InterruptedIOException {
        Fault fault = enter(call, key);
        if (fault == Fault.LATE) {
            delay(action);
            throw unreachable();
        }
        T answer = action.run();
        switch (fault) {
            case DUPLICATE -> {
                action.run();
                if (call == Call.PUT_IF_ABSENT || call == Call.REPLACE) {
                    throw unreachable();
                }
            }
            case LOST_ANSWER -> throw unreachable();
            case CRASH_AFTER -> throw crash();
            case null, default -> {
                // all is well
            }
        }
        return answer;
    }

    @Override
    public void put(String key, byte[] body) throws Failure, InterruptedIOException {
        write(Call.PUT, key, () -> {
            inner.put(key, body);
            return true;
        });
    }

    @Override
    public boolean putIfAbsent(String key, byte[] body) throws Failure, InterruptedIOException {
        return write(Call.PUT_IF_ABSENT, key, () -> inner.putIfAbsent(key, body));
    }

    @Override
    public boolean replace(String key, byte[] body, String version) throws Failure, InterruptedIOException {
        return write(Call.REPLACE, key, () -> inner.replace(key, body, version));
    }

    @Override
    public void delete(String key) throws Failure, InterruptedIOException {
        write(Call.DELETE, key, () -> {
            inner.delete(key);
            return true;
        });
    }

    @Override
    public Read get(String key, int limit) throws Failure, InterruptedIOException {
        Fault fault = enter(Call.GET, key);
        Read read = inner.get(key, limit);
        if (fault == Fault.TRUNCATED) {
            throw new Failure.Damaged("Too short (fault).", null);
        }
        return fault == Fault.WRONG_BYTES ? new Read(wrong(read.bytes()), read.version()) : read;
    }

    @Override
    public void read(String key, long offset, int length, Sink sink)
            throws Failure, InterruptedIOException {
        Fault fault = enter(Call.READ, key);
        if (fault == null || length == 0) {
            inner.read(key, offset, length, sink);
            return;
        }
        int arrives = fault == Fault.WRONG_BYTES ? length : below(length);
        inner.read(key, offset, arrives, (bytes, from, count) -> {
            byte[] part = Arrays.copyOfRange(bytes, from, from + count);
            sink.accept(fault == Fault.WRONG_BYTES ? wrong(part) : part, 0, count);
        });
        switch (fault) {
            case BROKEN -> throw unreachable();
            case TRUNCATED -> throw new Failure.Damaged("Too short (fault).", null);
            default -> {
                // all of it came
            }
        }
    }

    @Override
    public Optional<byte[]> await(String key, int limit, Duration time)
            throws Failure, InterruptedIOException {
        Fault fault = enter(Call.AWAIT, key);
        Optional<byte[]> answer = inner.await(key, limit, time);
        return fault == Fault.WRONG_BYTES ? answer.map(this::wrong) : answer;
    }

    @Override
    public void list(String prefix, Listing to) throws Failure, InterruptedIOException {
        Fault fault = enter(Call.LIST, prefix);
        if (fault == null) {
            inner.list(prefix, to);
            return;
        }
        inner.list(prefix, object -> {
            if (below(2) == 0) {
                to.accept(object);
            }
        });
        throw unreachable();
    }

    private byte[] wrong(byte[] bytes) {
        byte[] other = bytes.clone();
        if (other.length > 0) {
            other[below(other.length)] ^= (byte) (1 << below(8));
        }
        return other;
    }

    @Override
    public boolean canAwait() {
        return inner.canAwait();
    }

    @Override
    public Space space() throws Failure, InterruptedIOException {
        enter(Call.SPACE, "");
        return inner.space();
    }

    @Override
    public Promise promise() throws Failure, InterruptedIOException {
        enter(Call.PROMISE, "");
        return inner.promise();
    }

    @Override
    public String toString() {
        return inner.toString();
    }

    @Override
    public void close() {
        inner.close();
    }

    @FunctionalInterface
    private interface Action<T> {
        T run() throws Failure, InterruptedIOException;
    }
}
