package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
     * @param writer who this device is where only one may write, 1 to 64 letters and digits, the same for its
     *        whole life; null for who only reads there
     * @param login where the login of an account is kept
     */
    public record Options(boolean make, boolean insecure, @Nullable Path certificates, Circuit circuit,
            RandomGenerator random, @Nullable String writer, KeptLogin login) {

        /** To open what is there already, securely. */
        public static Options usual(Circuit circuit, RandomGenerator random) {
            return new Options(false, false, null, circuit, random, null, KeptLogin.NOWHERE);
        }

        public Options making() {
            return new Options(true, insecure, certificates, circuit, random, writer, login);
        }

        public Options allowingPlainHttp() {
            return new Options(make, true, certificates, circuit, random, writer, login);
        }

        /** As this device. */
        public Options by(String who) {
            return new Options(make, insecure, certificates, circuit, random, who, login);
        }

        public Options trusting(Path file) {
            return new Options(make, insecure, file, circuit, random, writer, login);
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
            case Place.Web web -> retrying(webDav(web, credentials, options, Http.Times.USUAL), options);
            case AccountPlace account -> retrying(switch (account.account()) {
                case DROPBOX -> dropbox(account, credentials, options, Http.Times.USUAL,
                        Dropbox.Hosts.REAL);
                case ONEDRIVE -> oneDrive(account, credentials, options, Http.Times.USUAL,
                        OneDrive.GRAPH, OneDrive.LOGIN);
                case GDRIVE -> googleDrive(account, credentials, options, Http.Times.USUAL,
                        GoogleDrive.API, GoogleDrive.LOGIN);
            }, options);
            case S3Place s3 -> retrying(s3(s3, credentials, options, Http.Times.USUAL,
                    InstantSource.system()), options);
        };
    }

    /** Makes this device the one that writes, where a place lets only one. */
    public static void takeOver(Store store, String writer) throws Failure, InterruptedIOException {
        store.put(OneWriterStore.KEY, OneWriterStore.bytes(writer));
    }

    private static Store retrying(Store store, Options options) {
        return new OneWriterStore(
                new RetryingStore(store, options.circuit(), Patience.usual(options.random())),
                options.writer());
    }

    static WebDavStore webDav(Place.Web place, Credentials credentials, Options options, Http.Times times)
            throws Failure {
        refuseOpenNetwork(place.address(), place.toString(), options);
        HttpUrl base = HttpUrl.get(place.address());
        if (base == null) {
            throw new Failure.Refused("The place is no address that can be used: " + place, null);
        }
        Http http = http(place.address(), options, times, Redirects::next);
        return new WebDavStore(http, new Dav(http, base, authorization(place, credentials)), options.make(),
                withOthers(options));
    }

    static S3Store s3(S3Place place, Credentials credentials, Options options, Http.Times times,
            InstantSource clock) throws Failure {
        URI address = place.address(S3Place.USUAL_REGION);
        refuseOpenNetwork(address, place.toString(), options);
        S3Keys keys = S3Keys.parse(credentials.password());
        Http http = http(address, options, times, Http.Following.NOTHING);
        return new S3Store(http, new S3Objects(new S3Bucket(http, place, keys, clock), options.make()),
                withOthers(options));
    }

    static DropboxStore dropbox(AccountPlace place, Credentials credentials, Options options,
            Http.Times times, Dropbox.Hosts hosts) throws Failure {
        AccountKeys keys = keysOrNull(credentials, Account.DROPBOX);
        Http http = http(hosts.api().uri(), options, times, Http.Following.NOTHING);
        var tokens = new AccessTokens(http, hosts.tokens(), Account.DROPBOX, keys, System::nanoTime,
                options.login());
        return new DropboxStore(http, new Dropbox(http, hosts, tokens), place.folder());
    }

    static OneDriveStore oneDrive(AccountPlace place, Credentials credentials, Options options,
            Http.Times times, HttpUrl graph, HttpUrl login) throws Failure {
        AccountKeys keys = keysOrNull(credentials, Account.ONEDRIVE);
        Http http = http(graph.uri(), options, times, Http.Following.NOTHING);
        var tokens = new AccessTokens(http, login.newBuilder().addPathSegment("token").build(),
                Account.ONEDRIVE, keys, System::nanoTime, options.login());
        return new OneDriveStore(http, new OneDrive(http, graph, tokens, place.folder()),
                withOthers(options), place.toString());
    }

    static GoogleDriveStore googleDrive(AccountPlace place, Credentials credentials, Options options,
            Http.Times times, HttpUrl api, HttpUrl login) throws Failure {
        AccountKeys keys = keysOrNull(credentials, Account.GDRIVE);
        Http http = http(api.uri(), options, times, Http.Following.NOTHING);
        var tokens = new AccessTokens(http, login.newBuilder().addPathSegment("token").build(),
                Account.GDRIVE, keys, System::nanoTime, options.login());
        // the account's outermost folder is the user's own
        List<String> path = List.of(("Aloft" + place.folder()).split("/", -1));
        return new GoogleDriveStore(http, new GoogleDrive(http, api, tokens), path, withOthers(options),
                place.toString());
    }

    /** Null when nobody is logged in. */
    private static @Nullable AccountKeys keysOrNull(Credentials credentials, Account account)
            throws Failure.NeedsLogin {
        return credentials.password() == null ? null : AccountKeys.parse(credentials.password(), account);
    }

    static Http http(URI address, Options options, Http.Times times, Http.Following following)
            throws Failure {
        boolean encrypted = address.getScheme().equals("https");
        var http = new Http(times, encrypted ? Trust.with(options.certificates()) : null, following);
        options.circuit().whenReset(http::forgetConnections);
        return http;
    }

    private static Patience withOthers(Options options) {
        return Patience.usual(options.random())
                .between(Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofSeconds(60));
    }

    private static void refuseOpenNetwork(URI address, String place, Options options)
            throws Failure.Refused {
        String host = address.getHost();
        boolean loopback = host.equals("localhost") || host.equals("[::1]")
                || host.matches("127(\\.\\d{1,3}){3}") || host.endsWith(".localhost");
        if (!address.getScheme().equals("https") && !loopback && !options.insecure()) {
            throw new Failure.Refused("Over http:// anybody on the way can read the password of " + place
                    + ": use https://, or allow it with --insecure.", null);
        }
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
