package aloft.store;

import aloft.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.random.RandomGenerator;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Opens the store of a place. Which wrappers lie on which store is written here and nowhere else. */
public final class Stores {

    private Stores() {}

    /**
     * @param make whether the place itself may be made when it is missing: for a new vault
     * @param insecure whether a login and data may cross a network in plain http
     * @param certificates a file of certificates to trust besides those of the system, null for none
     * @param circuit of the place's host; its owner tells it when the network changes
     * @param random unpredictable
     */
    public record Options(boolean make, boolean insecure, @Nullable Path certificates, Circuit circuit,
            RandomGenerator random) {

        /** To open what is there already, securely. */
        public static Options usual(Circuit circuit, RandomGenerator random) {
            return new Options(false, false, null, circuit, random);
        }

        public Options making() {
            return new Options(true, insecure, certificates, circuit, random);
        }

        public Options allowingPlainHttp() {
            return new Options(make, true, certificates, circuit, random);
        }

        public Options trusting(Path file) {
            return new Options(make, insecure, file, circuit, random);
        }
    }

    /**
     * Sends nothing yet.
     *
     * @throws Failure.Refused when the place may not be used like that
     */
    public static Store open(Place place, Credentials credentials, Options options) throws Failure {
        return switch (place) {
            case Place.Folder folder -> new FolderStore(folder.path(), options.make());
            case Place.Web web -> new RetryingStore(webDav(web, credentials, options, Http.Times.USUAL),
                    options.circuit(), Patience.usual(options.random()));
        };
    }

    static WebDavStore webDav(Place.Web place, Credentials credentials, Options options, Http.Times times)
            throws Failure {
        if (!place.isEncrypted() && !place.isLoopback() && !options.insecure()) {
            throw new Failure.Refused("Over http:// anybody on the way can read the password of " + place
                    + ": use https://, or allow it with --insecure.", null);
        }
        HttpUrl base = HttpUrl.get(place.address());
        if (base == null) {
            throw new Failure.Refused("The place is no address that can be used: " + place, null);
        }
        var http = new Http(times, place.isEncrypted() ? Trust.with(options.certificates()) : null);
        options.circuit().whenReset(http::forgetConnections);
        return new WebDavStore(http, new Dav(http, base, authorization(place, credentials)), options.make(),
                Patience.usual(options.random())
                        .between(Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofSeconds(60)));
    }

    /** Basic (RFC 7617), sent with the first request already. */
    private static @Nullable String authorization(Place.Web place, Credentials credentials) {
        String user = credentials.user() == null ? place.user() : credentials.user();
        if (user == null && credentials.password() == null) {
            return null;
        }
        return okhttp3.Credentials.basic(user == null ? "" : user,
                credentials.password() == null ? "" : credentials.password(), StandardCharsets.UTF_8);
    }
}
