package aloft.store;

import aloft.failure.Failure;
import java.io.Closeable;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Logs in to an account: the user allows it in a browser, and the code that comes of it is redeemed with a
 * secret that has never left this process (RFC 7636). One object for one login. Not thread safe.
 */
public final class Accounts implements Closeable {

    private static final int VERIFIER = 32;

    private final Account account;
    private final Http http;
    private final HttpUrl tokens;
    private final HttpUrl revocation;
    private final String client;
    private final @Nullable String clientSecret;
    private final String verifier;
    private final String state;

    /**
     * @param client the id of the program at the cloud
     * @param clientSecret that belongs to the id; null where there is none
     * @param random unpredictable
     */
    public Accounts(Account account, String client, @Nullable String clientSecret, Stores.Options options,
            RandomGenerator random) throws Failure {
        this(account, client, clientSecret, options, random, switch (account) {
            case DROPBOX -> Dropbox.Hosts.REAL.tokens();
            case ONEDRIVE -> OneDrive.LOGIN.newBuilder().addPathSegment("token").build();
            case GDRIVE -> GoogleDrive.LOGIN.newBuilder().addPathSegment("token").build();
        }, account == Account.GDRIVE ? GoogleDrive.LOGIN : Dropbox.Hosts.REAL.api());
    }

    /** @param api below which a login is taken back */
    Accounts(Account account, String client, @Nullable String clientSecret, Stores.Options options,
            RandomGenerator random, HttpUrl tokens, HttpUrl api) throws Failure {
        this.account = account;
        this.client = client;
        this.clientSecret = clientSecret;
        this.tokens = tokens;
        this.revocation = api.newBuilder()
                .addPathSegments(account == Account.GDRIVE ? "revoke" : "2/auth/token/revoke")
                .build();
        this.http = Stores.http(tokens.uri(), options, Http.Times.USUAL, Http.Following.NOTHING);
        this.verifier = base64(random);
        this.state = base64(random);
    }

    private static String base64(RandomGenerator random) {
        byte[] bytes = new byte[VERIFIER];
        random.nextBytes(bytes);
        return base64(bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** What the secret is shown as before it is used. */
    static String challenge(String verifier) {
        return base64(Hashes.sha256().digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Whether the cloud shows the code to the user, in place of sending the browser back with it. */
    public static boolean showsCode(Account account) {
        return account == Account.DROPBOX;
    }

    /** Comes back with the code, and proves that the answer is to this login. */
    public String state() {
        return state;
    }

    /**
     * Where the user allows it.
     *
     * @param back where the browser is sent with the code; null where the cloud shows it
     */
    public URI address(@Nullable URI back) {
        HttpUrl.Builder url = switch (account) {
            case DROPBOX -> HttpUrl.get("https://www.dropbox.com/oauth2/authorize")
                    .newBuilder()
                    .addQueryParameter("token_access_type", "offline");
            case ONEDRIVE -> OneDrive.LOGIN.newBuilder()
                    .addPathSegment("authorize")
                    .addQueryParameter("scope", "offline_access Files.ReadWrite.AppFolder");
            // without "consent" Google gives lasting access the first time only
            case GDRIVE -> HttpUrl.get("https://accounts.google.com/o/oauth2/v2/auth")
                    .newBuilder()
                    .addQueryParameter("scope", "https://www.googleapis.com/auth/drive.file")
                    .addQueryParameter("access_type", "offline")
                    .addQueryParameter("prompt", "consent");
        };
        url.addQueryParameter("client_id", client)
                .addQueryParameter("response_type", "code")
                .addQueryParameter("code_challenge", challenge(verifier))
                .addQueryParameter("code_challenge_method", "S256");
        if (back != null) {
            url.addQueryParameter("redirect_uri", back.toString()).addQueryParameter("state", state);
        }
        return url.build().uri();
    }

    /**
     * @param code that the user was shown, or the browser came back with
     * @param back as for {@link #address}
     * @throws Failure.NeedsLogin when the cloud does not take it
     */
    public AccountKeys redeem(String code, @Nullable URI back) throws Failure, InterruptedIOException {
        var form = new FormBody.Builder().add("grant_type", "authorization_code")
                .add("code", code)
                .add("code_verifier", verifier);
        if (back != null) {
            form.add("redirect_uri", back.toString());
        }
        AccessTokens.Granted granted = AccessTokens.ask(http, tokens, account, client, clientSecret, form,
                new Failure.NeedsLogin(account.title()
                        + " does not take this code: log in again, and copy all of it."));
        if (granted.refresh() == null) {
            throw new Failure.Refused(account.title() + " gave access for some hours only.", null);
        }
        return new AccountKeys(client, clientSecret, granted.refresh());
    }

    /**
     * Takes a login back, so that nobody can use it any more.
     *
     * @return where the user has to do it, when programs cannot
     */
    public Optional<String> revoke(String login) throws Failure, InterruptedIOException {
        if (account == Account.ONEDRIVE) {
            return Optional.of("https://account.live.com/consent/Manage");
        }
        AccountKeys keys = AccountKeys.parse(login, account);
        if (account == Account.GDRIVE) {
            revokeAtGoogle(keys);
            return Optional.empty();
        }
        String token = new AccessTokens(http, tokens, account, keys, System::nanoTime, KeptLogin.NOWHERE)
                .get();
        Request request = new Request.Builder().url(revocation)
                .header("User-Agent", "Aloft")
                .header("Authorization", "Bearer " + token)
                .post(RequestBody.create(new byte[0], null))
                .build();
        http.send(Http.Sending.of(request).onlyOnce(), response -> {
            if (!response.isSuccessful()) {
                throw DropboxError.of(response).failure(response, false);
            }
            return true;
        });
        return Optional.empty();
    }

    /** RFC 7009; a login that is over already is answered with 400. */
    private void revokeAtGoogle(AccountKeys keys) throws Failure, InterruptedIOException {
        Request request = new Request.Builder().url(revocation)
                .header("User-Agent", "Aloft")
                .post(new FormBody.Builder().add("token", keys.refresh()).build())
                .build();
        http.send(Http.Sending.of(request).onlyOnce(), response -> {
            if (response.code() == 400) {
                throw AccountKeys.needed(account);
            }
            if (!response.isSuccessful()) {
                throw Troubles.refused(response, false);
            }
            return true;
        });
    }

    @Override
    public void close() {
        http.close();
    }
}
