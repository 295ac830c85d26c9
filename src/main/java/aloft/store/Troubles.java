package aloft.store;

import aloft.failure.Failure;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** What went wrong with HTTP, as a {@link Failure} with one sentence for the user and no secret. */
final class Troubles {

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private Troubles() {}

    /** Host and port, the latter where it is not the usual one. */
    static String host(HttpUrl url) {
        String host = url.host().contains(":") ? "[" + url.host() + "]" : url.host();
        return url.port() == HttpUrl.defaultPort(url.scheme()) ? host : host + ":" + url.port();
    }

    static Failure notConnected(String host, String reason, @Nullable Throwable cause) {
        return new Failure.Unreachable(host + " cannot be reached: " + reason + ".",
                new NotConnected(reason, cause));
    }

    /** A host with several addresses may refuse at one and show itself at another: what it said counts. */
    static Failure beforeConnected(String host, IOException e) {
        for (Throwable other : e.getSuppressed()) {
            if (!(e instanceof SSLException) && other instanceof SSLException tls && !isCutOff(tls)) {
                return untrusted(host, tls);
            }
        }
        return switch (e) {
            case SSLException tls when !isCutOff(tls) -> untrusted(host, tls);
            case UnknownHostException _ ->
                notConnected(host, "its name is not known here; check it, and the network", e);
            case NoRouteToHostException _ ->
                notConnected(host, "there is no way to it; check the network", e);
            case ConnectException _ when has(e, "refused") ->
                notConnected(host, "it refuses connections; check the address, and that the server runs",
                        e);
            case InterruptedIOException _ ->
                notConnected(host, "it does not answer; check the address and the network", e);
            default -> notConnected(host, "no connection comes about; check the network", e);
        };
    }

    static Failure afterConnected(String host, IOException e) {
        return e instanceof InterruptedIOException
                ? new Failure.Unreachable(host + " takes too long to answer.", e)
                : new Failure.Unreachable("The connection to " + host + " broke.", e);
    }

    private static boolean has(@Nullable Throwable e, String text) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (at.getMessage() != null && at.getMessage().contains(text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(Throwable e, Class<? extends Throwable> cause) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (cause.isInstance(at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCutOff(SSLException e) {
        return e.getCause() instanceof EOFException || e.getCause() instanceof SocketException;
    }

    private static Failure untrusted(String host, SSLException e) {
        if (e instanceof SSLPeerUnverifiedException) {
            return new Failure.Refused("The certificate that " + host
                    + " shows is for another name: check the place, or trust the certificate with --ca-file.",
                    e);
        }
        if (has(e, CertificateExpiredException.class) || has(e, CertificateNotYetValidException.class)) {
            return new Failure.Refused("The certificate of " + host
                    + " does not hold at the time that this computer's clock shows: check the clock.", e);
        }
        if (has(e, CertificateException.class)) {
            return new Failure.Refused("The certificate of " + host
                    + " is not one that this computer trusts: check the place, or trust the certificate with"
                    + " --ca-file.", e);
        }
        return new Failure.Refused("No encrypted connection to " + host
                + " comes about: does the place want http:// or another port?", e);
    }

    /**
     * The failure that an answer means, whatever was asked.
     *
     * @param claim whether it matters that nothing was done: then an answer which may come from a proxy
     *        in between leaves the outcome unknown
     */
    static Failure refused(Response response, boolean claim) {
        String host = host(response.request().url());
        int code = response.code();
        return switch (code) {
            case 401 -> new Failure.NeedsLogin(host
                    + " does not accept the user name or password: name the user in the place (https://USER@...), and the"
                    + " password with --password-file.");
            case 403 -> new Failure.NeedsLogin(host
                    + " does not allow this to the user: check the login and the folder's permissions.");
            case 404, 410 -> new Failure.Missing(host + " has no such object.");
            case 405, 501 -> new Failure.Refused(host
                    + " takes no files at this address: check that the place is a WebDAV folder.", null);
            case 413 -> new Failure.Refused(host + " takes no object of this size: raise its limit.", null);
            case 507 -> new Failure.Full("There is no space left at " + host + ".", null);
            case 423, 429 -> busy(host, response);
            case 502, 503, 504 -> claim ? unknown(host, code) : busy(host, response);
            default -> code == 408 || code >= 500 && code != 501
                    ? unknown(host, code)
                    : new Failure.Refused(host + " answers with an error (" + code + ").", null);
        };
    }

    private static Failure unknown(String host, int code) {
        return new Failure.Unreachable(host + " has a trouble of its own at present (" + code + ").", null);
    }

    private static Failure busy(String host, Response response) {
        return new Failure.Busy(host + " is busy at present (" + response.code() + ").",
                wait(response));
    }

    /**
     * Retry-After (RFC 9110, 10.2.3): seconds, or a date by the server's clock; at most an hour; zero when it
     * is neither.
     */
    static Duration wait(Response response) {
        String retryAfter = response.header(Http.RETRY_AFTER);
        if (retryAfter == null) {
            return Duration.ZERO;
        }
        String text = retryAfter.trim();
        Duration wait;
        if (!text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            wait = Duration.ofSeconds(Integer.parseInt(text));
        } else {
            try {
                String now = response.header("Date");
                wait = Duration.between(now == null ? Instant.now() : date(now), date(text));
            } catch (DateTimeException e) {
                return Duration.ZERO;
            }
        }
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    private static Instant date(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }
}
