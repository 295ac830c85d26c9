package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps all devices but one from claiming slots where the store promises nothing. Who writes stands in the
 * object {@code writer}: the first that claims puts itself there, and looks again before each claim whether
 * it still is the one. Where the store promises something, nothing is added.
 */
final class OneWriterStore implements Store {

    static final String KEY = "writer";
    private static final int MAX_BYTES = 100;
    private static final String WHY = "Another device writes to this place, which can take only one that does. To write from here, and no longer from there: aloft mount NAME --take-over";

    private final Store inner;
    private final @Nullable String writer;
    /** Whether only one may write; null while that is not known. */
    private volatile @Nullable Boolean alone;

    /** @param writer null for a device that never writes there */
    OneWriterStore(Store inner, @Nullable String writer) {
        this.inner = inner;
        this.writer = writer;
    }

    static byte[] bytes(String writer) {
        if (!writer.matches("[A-Za-z0-9]{1,64}")) {
            throw new IllegalArgumentException("not a writer's id");
        }
        return writer.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] body) throws Failure, InterruptedIOException {
        Keys.check(key);
        requireTurn();
        return inner.putIfAbsent(key, body);
    }

    @Override
    public boolean replace(String key, byte[] body, String version) throws Failure, InterruptedIOException {
        Keys.check(key);
        requireTurn();
        return inner.replace(key, body, version);
    }

    private void requireTurn() throws Failure, InterruptedIOException {
        if (inner.promise() != Promise.NONE) {
            return;
        }
        alone = true;
        if (writer != null && current().isEmpty()) {
            inner.put(KEY, bytes(writer));
        }
        if (writer == null || !current().equals(Optional.of(writer))) {
            throw new Failure.ReadOnly(WHY);
        }
    }

    @Override
    public Optional<String> readOnly() throws Failure, InterruptedIOException {
        Boolean known = alone;
        if (Boolean.FALSE.equals(known)) {
            return Optional.empty();
        }
        Optional<String> current = current();
        if (known == null) {
            known = current.isPresent() && inner.promise() == Promise.NONE;
            alone = known;
        }
        return !known || current.isEmpty() || current.get().equals(writer)
                ? Optional.empty()
                : Optional.of(WHY);
    }

    private Optional<String> current() throws Failure, InterruptedIOException {
        try {
            return Optional.of(new String(inner.get(KEY, MAX_BYTES).bytes(), StandardCharsets.US_ASCII));
        } catch (Failure.Missing e) {
            return Optional.empty();
        }
    }

    @Override
    public void put(String key, byte[] body) throws Failure, InterruptedIOException {
        inner.put(key, body);
    }

    @Override
    public Read get(String key, int limit) throws Failure, InterruptedIOException {
        return inner.get(key, limit);
    }

    @Override
    public void read(String key, long offset, int length, Sink sink)
            throws Failure, InterruptedIOException {
        inner.read(key, offset, length, sink);
    }

    @Override
    public Optional<byte[]> await(String key, int limit, Duration time)
            throws Failure, InterruptedIOException {
        return inner.await(key, limit, time);
    }

    @Override
    public boolean canAwait() {
        return inner.canAwait();
    }

    @Override
    public void list(String prefix, Listing to) throws Failure, InterruptedIOException {
        inner.list(prefix, to);
    }

    @Override
    public void delete(String key) throws Failure, InterruptedIOException {
        inner.delete(key);
    }

    @Override
    public Space space() throws Failure, InterruptedIOException {
        return inner.space();
    }

    @Override
    public Promise promise() throws Failure, InterruptedIOException {
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
}
