package aloft.store;

import aloft.failure.Failure;
import java.io.Closeable;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.random.RandomGenerator;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * Logs in to an account: the user allows it in a browser, and the code that comes of it is redeemed with a
 * secret that has never left this process (RFC 7636). One object for one login. Not thread safe.
 */
public final class Accounts implements Closeable {

    private static final int VERIFIER = 32;

    private final Account account;
    private final Http http;
    private final HttpUrl api;
    private final String client;
    private final String verifier;

    /**
     * @param client the id of the program at the cloud
     * @param random unpredictable
     */
    public Accounts(Account account, String client, Stores.Options options, RandomGenerator random)
            throws Failure {
        this(account, client, options, random, Dropbox.Hosts.REAL.api());
    }

    Accounts(Account account, String client, Stores.Options options, RandomGenerator random, HttpUrl api)
            throws Failure {
        this.account = account;
        this.client = client;
        this.api = api;
        this.http = Stores.http(api.uri(), options, Http.Times.USUAL, Http.Following.NOTHING);
        byte[] bytes = new byte[VERIFIER];
        random.nextBytes(bytes);
        this.verifier = base64(bytes);
    }

    /** Where the user allows it, and is shown a code. */
    public URI address() {
        HttpUrl url = switch (account) {
            case DROPBOX -> HttpUrl.get("https://www.dropbox.com/oauth2/authorize")
                    .newBuilder()
                    .addQueryParameter("client_id", client)
                    .addQueryParameter("response_type", "code")
                    .addQueryParameter("token_access_type", "offline")
                    .addQueryParameter("code_challenge", challenge(verifier))
                    .addQueryParameter("code_challenge_method", "S256")
                    .build();
        };
        return url.uri();
    }

    /** What the secret is shown as before it is used. */
    static String challenge(String verifier) {
        return base64(Hashes.sha256().digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * @param code that the user was shown
     * @throws Failure.NeedsLogin when the cloud does not take it
     */
    public AccountKeys redeem(String code) throws Failure, InterruptedIOException {
        var form = new FormBody.Builder().add("grant_type", "authorization_code")
                .add("code", code)
                .add("code_verifier", verifier);
        AccessTokens.Granted granted = AccessTokens.ask(http, tokens(), account, client, null, form);
        if (granted.refresh() == null) {
            throw new Failure.Refused(account.title() + " gave access for some hours only.", null);
        }
        return new AccountKeys(client, null, granted.refresh());
    }

    private HttpUrl tokens() {
        return new Dropbox.Hosts(api, api).tokens();
    }

    /** Takes a login back, so that nobody can use it any more. */
    public void revoke(String login) throws Failure, InterruptedIOException {
        AccountKeys keys = AccountKeys.parse(login, account);
        String token = new AccessTokens(http, tokens(), account, keys, System::nanoTime, _ -> {}).get();
        Request request = new Request.Builder().url(api.newBuilder()
                .addPathSegments("2/auth/token/revoke")
                .build())
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
    }

    @Override
    public void close() {
        http.close();
    }
}
