package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that give access for some hours (RFC 6749), got with one that lasts: a new one before the old one
 * ends, one request at a time. Thread safe.
 */
final class AccessTokens {

    /** How long before its end a token is not used any more. */
    private static final Duration AHEAD = Duration.ofMinutes(5);
    private static final int MOST_TOKENS = 4;
    /** Of them, those that other requests use as well. */
    private static final int MOST_SHARED = 2;

    private final Http http;
    private final HttpUrl address;
    private final Account account;
    private final LongSupplier nanoTime;
    private final KeptLogin login;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable AccountKeys keys;
    private volatile @Nullable Token token;

    private record Token(String text, long since, Duration lasts) {

        boolean isFresh(long now) {
            Duration ahead = lasts.dividedBy(4).compareTo(AHEAD) < 0 ? lasts.dividedBy(4) : AHEAD;
            return now - since < lasts.minus(ahead).toNanos();
        }
    }

    /**
     * @param address where tokens are given out
     * @param keys null when nobody is logged in yet
     * @param login where the keys are kept; what is there goes before {@code keys}
     */
    AccessTokens(Http http, HttpUrl address, Account account, @Nullable AccountKeys keys,
            LongSupplier nanoTime,
            KeptLogin login) {
        this.http = http;
        this.address = address;
        this.account = account;
        this.keys = keys;
        this.nanoTime = nanoTime;
        this.login = login;
    }

    /**
     * Sends with a token, and again with a new one where that one is not taken any more; few times in a row. The
     * last ones are nobody else's until they were taken, so that what others use up is not taken for the end.
     */
    <T> T send(Http to, Http.Sending sending, Http.Reader<T> reader) throws Failure, InterruptedIOException {
        for (int tries = 1;; tries++) {
            boolean end = tries == MOST_TOKENS;
            Token with = tries > MOST_SHARED ? granted() : shared();
            Request request = sending.request()
                    .newBuilder()
                    .header("Authorization", "Bearer " + with.text())
                    .build();
            Optional<T> result = to.send(sending.with(request), response -> !end && response.code() == 401
                    ? Optional.empty()
                    : Optional.of(reader.read(response)));
            if (result.isPresent()) {
                if (tries > MOST_SHARED) {
                    token = with;
                }
                return result.get();
            }
            expired(with);
        }
    }

    /** @throws Failure.NeedsLogin when the login was taken back */
    String get() throws Failure, InterruptedIOException {
        return shared().text();
    }

    private Token shared() throws Failure, InterruptedIOException {
        Token known = token;
        return known != null && known.isFresh(nanoTime.getAsLong()) ? known : refreshed(known);
    }

    /** The cloud does not accept the token any more. */
    private void expired(Token old) {
        if (old.equals(token)) {
            token = null;
        }
    }

    private Token refreshed(@Nullable Token old) throws Failure, InterruptedIOException {
        lock();
        try {
            Token known = token;
            if (known != null && known != old && known.isFresh(nanoTime.getAsLong())) {
                return known;
            }
            Token fresh = granted();
            token = fresh;
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    private void lock() throws InterruptedIOException {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    /** A token that nobody else has. What takes the place of the login is kept before it is used. */
    private Token granted() throws Failure, InterruptedIOException {
        lock();
        try (KeptLogin.Hold _ = login.hold()) {
            AccountKeys now = keys();
            Granted granted = granted(now);
            if (granted.refresh() != null && !granted.refresh().equals(now.refresh())) {
                now = new AccountKeys(now.client(), now.clientSecret(), granted.refresh());
                login.keep(now.write());
            }
            keys = now;
            return new Token(granted.access(), nanoTime.getAsLong(), granted.lasts());
        } finally {
            lock.unlock();
        }
    }

    /** The user may have logged in anew, or another process have used up what this one knows. */
    private AccountKeys keys() throws Failure.NeedsLogin {
        Optional<String> kept = login.find();
        AccountKeys known = kept.isEmpty() ? keys : AccountKeys.parse(kept.get(), account);
        if (known == null) {
            throw AccountKeys.needed(account);
        }
        return known;
    }

    private Granted granted(AccountKeys with) throws Failure, InterruptedIOException {
        return ask(http, address, account, with.client(), with.clientSecret(),
                new FormBody.Builder().add("grant_type", "refresh_token")
                        .add("refresh_token", with.refresh()),
                AccountKeys.over(account));
    }

    /** @param refresh null when there is no other than before */
    record Granted(String access, @Nullable String refresh, Duration lasts) {

        /** Without the secrets. */
        @Override
        public String toString() {
            return "Granted[" + lasts + "]";
        }
    }

    /**
     * Asks for tokens, with what {@code form} says of the right to them.
     *
     * @param over what is thrown when that is worth nothing
     */
    static Granted ask(Http http, HttpUrl address, Account account, String client,
            @Nullable String clientSecret, FormBody.Builder form, Failure.NeedsLogin over)
            throws Failure, InterruptedIOException {
        form.add("client_id", client);
        if (clientSecret != null) {
            form.add("client_secret", clientSecret);
        }
        Request request = new Request.Builder().url(address)
                .header("User-Agent", "Aloft")
                .header("Accept", "application/json")
                .post(form.build())
                .build();
        return http.send(Http.Sending.of(request).onlyOnce(), response -> granted(account, response, over));
    }

    private static Granted granted(Account account, Response response, Failure.NeedsLogin over)
            throws IOException {
        var found = new Object() {
            String access = "";
            @Nullable
            String refresh;
            long seconds = 3600;
            String error = "";
        };
        boolean answered = response.isSuccessful() || response.code() == 400 || response.code() == 401;
        if (!answered) {
            throw Troubles.refused(response, false);
        }
        try {
            JsonFields.read(response.body().byteStream(), (path, text, end) -> {
                switch (path) {
                    case "access_token" -> found.access = text;
                    case "refresh_token" -> found.refresh = text;
                    case "expires_in" -> found.seconds = number(text);
                    case "error" -> found.error = text;
                    default -> {
                        // of no use here
                    }
                }
            });
        } catch (JsonFields.Malformed e) {
            throw new Failure.Refused(account.title() + " gives an answer to the login that makes no sense.",
                    e);
        }
        if (!response.isSuccessful() || !isToken(found.access)) {
            throw refused(account, found.error, over);
        }
        return new Granted(found.access, found.refresh != null && isToken(found.refresh)
                ? found.refresh
                : null, Duration.ofSeconds(Math.clamp(found.seconds, 1, 86_400 * 365)));
    }

    private static long number(String text) {
        return text.matches("\\d{1,9}") ? Long.parseLong(text) : 3600;
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.length() <= 8192 && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static Failure refused(Account account, String error, Failure.NeedsLogin over) {
        return switch (error) {
            case "invalid_client", "unauthorized_client" -> new Failure.NeedsLogin(account.title()
                    + " does not know this client id: check --client-id and log in again.");
            case "invalid_grant", "access_denied" -> over;
            default -> new Failure.Refused(account.title() + " does not give access: log in again with"
                    + " aloft login " + account.scheme() + ":", null);
        };
    }
}
