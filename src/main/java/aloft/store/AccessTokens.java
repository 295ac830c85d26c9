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

    private final Http http;
    private final HttpUrl address;
    private final Account account;
    private final LongSupplier nanoTime;
    private final KeptLogin login;
    private final ReentrantLock lock = new ReentrantLock();
    private AccountKeys keys;
    private volatile @Nullable Token token;

    private record Token(String text, long since, Duration lasts) {

        boolean isFresh(long now) {
            Duration ahead = lasts.dividedBy(4).compareTo(AHEAD) < 0 ? lasts.dividedBy(4) : AHEAD;
            return now - since < lasts.minus(ahead).toNanos();
        }
    }

    /**
     * @param address where tokens are given out
     * @param login where the keys are kept; asked when they are good for nothing any more
     */
    AccessTokens(Http http, HttpUrl address, Account account, AccountKeys keys, LongSupplier nanoTime,
            KeptLogin login) {
        this.http = http;
        this.address = address;
        this.account = account;
        this.keys = keys;
        this.nanoTime = nanoTime;
        this.login = login;
    }

    /** Sends with a token, and again with a new one where that one is not taken any more; few times in a row. */
    <T> T send(Http to, Http.Sending sending, Http.Reader<T> reader) throws Failure, InterruptedIOException {
        for (int tries = 1;; tries++) {
            String text = get();
            boolean end = tries == MOST_TOKENS;
            Request request = sending.request()
                    .newBuilder()
                    .header("Authorization", "Bearer " + text)
                    .build();
            Optional<T> result = to.send(sending.with(request), response -> !end && response.code() == 401
                    ? Optional.empty()
                    : Optional.of(reader.read(response)));
            if (result.isPresent()) {
                return result.get();
            }
            expired(text);
        }
    }

    /** @throws Failure.NeedsLogin when the login was taken back */
    String get() throws Failure, InterruptedIOException {
        Token known = token;
        return known != null && known.isFresh(nanoTime.getAsLong()) ? known.text() : refreshed(known).text();
    }

    /** The cloud does not accept the token any more. */
    private void expired(String text) {
        Token known = token;
        if (known != null && known.text().equals(text)) {
            token = null;
        }
    }

    private Token refreshed(@Nullable Token old) throws Failure, InterruptedIOException {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
        try {
            Token known = token;
            if (known != null && known != old && known.isFresh(nanoTime.getAsLong())) {
                return known;
            }
            Granted granted = grantedToUser();
            if (granted.refresh() != null && !granted.refresh().equals(keys.refresh())) {
                keys = new AccountKeys(keys.client(), keys.clientSecret(), granted.refresh());
                login.keep(keys.write());
            }
            Token fresh = new Token(granted.access(), nanoTime.getAsLong(), granted.lasts());
            token = fresh;
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    /** Where the keys are over the user may have logged in anew. */
    private Granted grantedToUser() throws Failure, InterruptedIOException {
        try {
            return granted(keys);
        } catch (Failure.NeedsLogin over) {
            Optional<String> kept = login.find();
            AccountKeys anew = kept.isEmpty() ? keys : AccountKeys.parse(kept.get(), account);
            if (anew.equals(keys)) {
                throw over;
            }
            Granted granted = granted(anew);
            keys = anew;
            return granted;
        }
    }

    private Granted granted(AccountKeys with) throws Failure, InterruptedIOException {
        return ask(http, address, account, with.client(), with.clientSecret(),
                new FormBody.Builder().add("grant_type", "refresh_token")
                        .add("refresh_token", with.refresh()));
    }

    /** @param refresh null when there is no other than before */
    record Granted(String access, @Nullable String refresh, Duration lasts) {

        /** Without the secrets. */
        @Override
        public String toString() {
            return "Granted[" + lasts + "]";
        }
    }

    /** Asks for tokens, with what {@code form} says of the right to them. */
    static Granted ask(Http http, HttpUrl address, Account account, String client,
            @Nullable String clientSecret, FormBody.Builder form) throws Failure, InterruptedIOException {
        form.add("client_id", client);
        if (clientSecret != null) {
            form.add("client_secret", clientSecret);
        }
        Request request = new Request.Builder().url(address)
                .header("User-Agent", "Aloft")
                .header("Accept", "application/json")
                .post(form.build())
                .build();
        return http.send(Http.Sending.of(request).onlyOnce(), response -> granted(account, response));
    }

    private static Granted granted(Account account, Response response) throws IOException {
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
            throw refused(account, found.error);
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

    private static Failure refused(Account account, String error) {
        return switch (error) {
            case "invalid_client", "unauthorized_client" -> new Failure.NeedsLogin(account.title()
                    + " does not know this client id: check --client-id and log in again.");
            case "invalid_grant", "access_denied" -> AccountKeys.over(account);
            default -> new Failure.Refused(account.title() + " does not give access: log in again with"
                    + " aloft login " + account.scheme() + ":", null);
        };
    }
}
