package aloft.store;

import aloft.failure.Failure;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects at OneDrive: their bytes lie at addresses on other hosts that are asked for first, serve
 * about an hour, and let in whoever knows them. Thread safe.
 */
final class OneDriveContents {

    private static final int MAX_KNOWN = 500;
    private static final Duration SERVES = Duration.ofMinutes(20);

    private final OneDrive drive;
    private final Patience patience;

    @GuardedBy("known")
    private final Map<String, Address> known = new LinkedHashMap<>(16, 0.75f, true);

    private record Address(HttpUrl url, long since) {}

    /** @param patience for its clock */
    OneDriveContents(OneDrive drive, Patience patience) {
        this.drive = drive;
        this.patience = patience;
    }

    /** It may be another one from now on. */
    void forget(String path) {
        synchronized (known) {
            known.remove(path);
        }
    }

    byte[] get(String path, int limit) throws Failure, InterruptedIOException {
        forget(path);
        return read(path, null, limit, response -> Bodies.whole(path, response, limit));
    }

    void read(String path, long offset, int length, Store.Sink sink) throws Failure, InterruptedIOException {
        read(path, Bodies.range(offset, length), length, response -> {
            Bodies.part(path, response, offset, length, sink);
            return true;
        });
    }

    private <T> T read(String path, @Nullable String range, long count, Http.Reader<T> reader)
            throws Failure, InterruptedIOException {
        for (boolean last = false;; last = true) {
            boolean end = last;
            Optional<T> result = drive.getOpen(address(path), range, count, response -> {
                if (isOver(response.code()) && !end) {
                    return Optional.empty();
                }
                if (response.code() == 404) {
                    throw Bodies.missing(path);
                }
                return Optional.of(told(reader, response));
            });
            if (result.isPresent()) {
                return result.get();
            }
            forget(path);
        }
    }

    private static <T> T told(Http.Reader<T> reader, Response response) throws IOException {
        return Objects.requireNonNull(reader.read(response));
    }

    private static boolean isOver(int code) {
        return code == 401 || code == 403 || code == 404 || code == 410;
    }

    private HttpUrl address(String path) throws Failure, InterruptedIOException {
        long now = patience.now();
        synchronized (known) {
            Address address = known.get(path);
            if (address != null && now - address.since() < SERVES.toNanos()) {
                return address.url();
            }
        }
        HttpUrl url = drive.get(drive.url(path, "content"), (response, error) -> {
            if (response.code() == 404) {
                throw Bodies.missing(path);
            }
            if (!response.isRedirect()) {
                throw response.isSuccessful()
                        ? new Failure.Refused("OneDrive does not say where a file is to be got.", null)
                        : error.failure(response, false);
            }
            return drive.open(response.header("Location"));
        });
        synchronized (known) {
            known.put(path, new Address(url, now));
            if (known.size() > MAX_KNOWN) {
                known.remove(known.keySet().iterator().next());
            }
        }
        return url;
    }
}
