package aloft.sync;

import aloft.cache.Cache;
import aloft.failure.Failure;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/** Does one fetch, and writes what comes to the cache for as long as that takes it. Used once, by one thread. */
final class Request {

    private final Fetch fetch;
    private final Source source;
    private final Cache cache;
    private final Traffic traffic;
    private int kept;
    private boolean gaveUp;

    Request(Job job, Source source, Cache cache, Traffic traffic) {
        this.fetch = job.fetch;
        this.source = source;
        this.cache = cache;
        this.traffic = traffic;
        kept = fetch.range.from();
        gaveUp = job.alone;
    }

    /** @return why not all has come, null when it has */
    @Nullable
    Failure run() {
        traffic.requested();
        try {
            source.read(fetch.object, fetch.range.from(), fetch.range.length(), (bytes, from, length) -> {
                if (fetch.arrived() == fetch.range.from()) {
                    traffic.answered(null);
                }
                traffic.received(length);
                fetch.arrive(bytes, from, length);
                keep(false);
            });
            return fetch.arrived() == fetch.range.to()
                    ? null
                    : new Failure.Damaged("The object " + fetch.object + " is too short.", null);
        } catch (Failure failure) {
            traffic.answered(failure);
            return failure;
        } catch (InterruptedIOException e) {
            return new Failure.Unreachable("The request was broken off.", e);
        } catch (RuntimeException e) {
            return new Failure.Refused("The answer to a request makes no sense.", e);
        }
    }

    /** Writes the rest; true when the cache has all that came. */
    boolean keepRest() {
        keep(true);
        return !gaveUp && kept == fetch.arrived();
    }

    private void keep(boolean rest) {
        if (!gaveUp) {
            kept = fetch.pass(kept, rest, this::write);
        }
    }

    /** An interrupt breaks off a write too; that is no reason to give up. */
    private boolean write(int offset, byte[] bytes, int from, int length) {
        boolean written = cache.write(fetch.object, offset, bytes, from, length);
        gaveUp = !written && !Thread.currentThread().isInterrupted();
        return written;
    }
}
