package aloft.store;

import aloft.failure.Failure;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One host over HTTP: deadlines for each step, requests that are sent once or may be sent again, and
 * broken connections told as {@link Failure}. Every request runs on a thread of its own, because a
 * blocked socket does not feel an interrupt; an interrupted caller cancels it. Thread safe.
 *
 * <p>
 * HTTP/1.1 alone: several downloads then have several connections, and one that hangs holds up no other.
 */
final class Http implements Closeable {

    /** Where OkHttp would send again by itself at "Retry-After: 0", even what it is told not to. */
    static final String RETRY_AFTER = "Aloft-Retry-After";

    private static final int MAX_REDIRECTS = 3;

    private final Times times;
    private final Following following;
    private final OkHttpClient again;
    private final OkHttpClient once;

    /**
     * @param connect until the host's name is known, the connection there and its encryption agreed
     * @param stall until the answer begins, and between two parts of it
     * @param whole the whole call without its bytes
     * @param slowest bytes a second that a connection must make on average; gives the time for the bytes
     */
    record Times(Duration connect, Duration stall, Duration whole, int slowest) {

        static final Times USUAL = new Times(Duration.ofSeconds(10), Duration.ofSeconds(30),
                Duration.ofSeconds(60), 32 * 1024);

        Duration whole(long bytes) {
            return whole.plusSeconds(bytes / slowest);
        }
    }

    /** A request with what is special about it. */
    record Sending(Request request, boolean once, long bytes, Duration patience) {

        /** Sent again by itself when an old connection turns out to be dead. */
        static Sending of(Request request) {
            return new Sending(request, false, 0, Duration.ZERO);
        }

        Sending with(Request other) {
            return new Sending(other, once, bytes, patience);
        }

        /** Sent once or not at all. */
        Sending onlyOnce() {
            return new Sending(request, true, bytes, patience);
        }

        /** @param count how many bytes go or come, for the deadline of the whole */
        Sending carrying(long count) {
            return new Sending(request, once, count, patience);
        }

        /** @param time how much longer the answer may take to begin */
        Sending waiting(Duration time) {
            return new Sending(request, once, bytes, time);
        }
    }

    /** What is done with an answer that sends elsewhere. */
    @FunctionalInterface
    interface Following {

        /** Every answer is handed to the reader. */
        Following NOTHING = (_, _) -> null;

        /** The request to send next, null when the answer is to be read as it is. */
        @Nullable
        Request next(Request request, Response response) throws Failure;
    }

    /** Takes what it needs from the answer, which is closed after that. */
    @FunctionalInterface
    interface Reader<T extends @Nullable Object> {
        T read(Response response) throws IOException;
    }

    Http(Times times, @Nullable Trust trust) {
        this(times, trust, Redirects::next);
    }

    Http(Times times, @Nullable Trust trust, Following following) {
        this.times = times;
        this.following = following;
        var builder = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(times.connect())
                .readTimeout(times.stall())
                .writeTimeout(times.stall())
                .connectionPool(new ConnectionPool(16, 60, TimeUnit.SECONDS))
                .eventListenerFactory(call -> Progress.of(call.request()))
                .addInterceptor(Http::waitLonger)
                .addNetworkInterceptor(Http::hideRetryAfter);
        OkHttpClient plain = builder.build();
        again = trust == null ? plain : trusting(plain, trust);
        once = again.newBuilder().retryOnConnectionFailure(false).build();
    }

    private static OkHttpClient trusting(OkHttpClient client, Trust trust) {
        return client.newBuilder()
                .sslSocketFactory(trust.sockets(), trust)
                .hostnameVerifier((host, session) -> client.hostnameVerifier().verify(host, session)
                        || trust.isNamed(session))
                .build();
    }

    private static Response waitLonger(Interceptor.Chain chain) throws IOException {
        Sending sending = chain.request().tag(Sending.class);
        if (sending == null || sending.patience().isZero()) {
            return chain.proceed(chain.request());
        }
        long millis = chain.readTimeoutMillis() + sending.patience().toMillis();
        return chain.withReadTimeout((int) Math.min(millis, Integer.MAX_VALUE), TimeUnit.MILLISECONDS)
                .proceed(chain.request());
    }

    private static Response hideRetryAfter(Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        String after = response.header("Retry-After");
        return after == null
                ? response
                : response.newBuilder().removeHeader("Retry-After").header(RETRY_AFTER, after).build();
    }

    /** Sends and hands the answer, whatever its status, to the reader, on another thread. */
    <T extends @Nullable Object> T send(Sending sending, Reader<T> reader)
            throws Failure, InterruptedIOException {
        if (Thread.interrupted()) {
            throw new InterruptedIOException("interrupted");
        }
        return new Exchange<>(sending, reader).run();
    }

    /** Idle connections are closed, as they may belong to a network that is gone. */
    void forgetConnections() {
        again.connectionPool().evictAll();
    }

    @Override
    public void close() {
        again.connectionPool().evictAll();
    }

    private enum Phase {
        WAITING,
        READING,
        LEFT
    }

    private final class Exchange<T extends @Nullable Object> {

        private final Sending sending;
        private final Reader<T> reader;
        private final Progress progress = new Progress();
        private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);
        private volatile @Nullable Call call;

        Exchange(Sending sending, Reader<T> reader) {
            this.sending = sending;
            this.reader = reader;
        }

        T run() throws Failure, InterruptedIOException {
            var task = new FutureTask<T>(this::exchange);
            Thread worker = Thread.ofVirtual().name("http").start(task);
            try {
                if (!progress.connectedWithin(times.connect())) {
                    throw leave(worker, Troubles.notConnected(host(), "no connection in "
                            + times.connect().toSeconds() + " seconds", null));
                }
                return task.get();
            } catch (InterruptedException e) {
                throw leave(worker, (InterruptedIOException) new InterruptedIOException("interrupted")
                        .initCause(e));
            } catch (ExecutionException e) {
                throw told(e.getCause());
            }
        }

        private T exchange() throws IOException {
            try {
                Request request = sending.request();
                for (int redirects = 0;; redirects++) {
                    try (Response response = send(request)) {
                        Request next = redirects < MAX_REDIRECTS
                                ? following.next(request, response)
                                : null;
                        if (next == null) {
                            return read(response);
                        }
                        request = next;
                    }
                }
            } finally {
                progress.ended();
            }
        }

        private Response send(Request request) throws IOException {
            Call next = (sending.once() ? once : again).newCall(request.newBuilder()
                    .tag(Sending.class, sending)
                    .tag(Progress.class, progress)
                    .build());
            next.timeout()
                    .timeout(times.whole(sending.bytes()).plus(sending.patience()).toMillis(),
                            TimeUnit.MILLISECONDS);
            call = next;
            if (phase.get() == Phase.LEFT) {
                next.cancel();
            }
            return next.execute();
        }

        private T read(Response response) throws IOException {
            if (!phase.compareAndSet(Phase.WAITING, Phase.READING)) {
                throw new InterruptedIOException("nobody waits any more");
            }
            return reader.read(response);
        }

        /** Cancels the call. When this returns the reader does not run and never will. */
        private <E extends Exception> E leave(Thread worker, E reason) {
            boolean reading = !phase.compareAndSet(Phase.WAITING, Phase.LEFT);
            Call running = call;
            if (running != null) {
                running.cancel();
            }
            boolean interrupted = false;
            while (reading && worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return reason;
        }

        private Failure told(@Nullable Throwable cause) {
            return switch (cause) {
                case Failure failure -> failure;
                case IOException e when !progress.isConnected() -> Troubles.beforeConnected(host(), e);
                case IOException e -> Troubles.afterConnected(host(), e);
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> throw new AssertionError(cause);
            };
        }

        private String host() {
            return Troubles.host(sending.request().url());
        }
    }

    /** Scheme, host and port: what a login may be sent to. */
    static boolean isSameOrigin(HttpUrl one, HttpUrl other) {
        return one.scheme().equals(other.scheme()) && one.host().equals(other.host())
                && one.port() == other.port();
    }
}
