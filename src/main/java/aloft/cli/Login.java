package aloft.cli;

import aloft.cli.drive.AccountLogin;
import aloft.cli.home.Exit;
import aloft.cli.home.Place;
import aloft.cli.home.Problem;
import aloft.desktop.Purpose;
import aloft.store.Account;
import aloft.store.AccountKeys;
import aloft.store.AccountPlace;
import aloft.store.Accounts;
import aloft.store.Circuit;
import aloft.store.KeptLogin;
import aloft.store.NextcloudLogin;
import aloft.store.Stores;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Logs in to an account of a cloud. */
@Command(name = "login", description = {
        "Log in to an account: opens the browser, where you allow it.",
        "The login is kept in the keyring, or without one in a file only you can read."}, footer = {"",
                "PLACE is dropbox:, onedrive:, gdrive: or nextcloud://HOST"})
final class Login implements Callable<Integer> {

    private static final int MAX_CODE = 4096;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Path BROWSER = Path.of("/usr/bin/xdg-open");

    private final App app;

    @Option(names = "--client-id", paramLabel = "ID", description = "The id under which the cloud knows the program; docs/CLOUDS.md says how to get one.")
    private String client = "";

    @Option(names = "--client-secret-file", paramLabel = "FILE", description = "Read the secret that belongs to the id from this file: Google gives one.")
    private @Nullable Path clientSecretFile;

    @Option(names = "--ca-file", paramLabel = "FILE", description = "Trust the certificate authorities in this PEM file too.")
    private @Nullable Path certificates;

    @Option(names = "--code-file", paramLabel = "FILE", description = "Read the code, or the address that the browser ends at, from this file or pipe.")
    private @Nullable Path codeFile;

    @Parameters(paramLabel = "PLACE", description = "Whose account: dropbox:, onedrive:, gdrive: or nextcloud://HOST")
    private String place = "";

    Login(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        if (NextcloudPlace.isMeantBy(place)) {
            return nextcloud(NextcloudPlace.parse(place));
        }
        Account account = account(place);
        if (!client.matches("[A-Za-z0-9._-]{1,200}")) {
            throw new Problem(Exit.USAGE, client.isEmpty()
                    ? account.title()
                            + " knows programs by an id: give yours with --client-id ID; docs/CLOUDS.md says"
                            + " how to get one."
                    : "'" + client + "' is no id of a program at " + account.title() + ".");
        }
        var random = new SecureRandom();
        try (Accounts login = new Accounts(account, client, clientSecret(account),
                options(certificates, random), random)) {
            AccountKeys keys = Accounts.showsCode(account)
                    ? login.redeem(shownCode(login), null)
                    : withBrowser(account, login);
            keep(account, keys.write().toCharArray());
        }
        return 0;
    }

    /** A drive may be about to replace the login that was kept until now. */
    private void keep(Account account, char[] secret) throws IOException {
        try (KeptLogin.Hold _ = AccountLogin.of(account, app.folders(), app.environment()).hold()) {
            app.terminal()
                    .line("Logged in to " + account.title() + "; kept in "
                            + app.secrets().keep(account.scheme(), Purpose.LOGIN, secret) + ".");
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    private int nextcloud(NextcloudPlace at) throws Exception {
        var random = new SecureRandom();
        try (var login = new NextcloudLogin(at.address(), options(certificates, random))) {
            URI address = login.begin();
            app.terminal().note("Allow it in the browser. If no browser opens, use any on any computer:");
            open(address.toString());
            NextcloudLogin.Granted granted = login.await()
                    .orElseThrow(() -> new Problem(Exit.NOT_WORTH_A_RETRY,
                            "Nobody allowed it at " + at.server() + "; nothing was done."));
            char[] secret = granted.password().toCharArray();
            app.terminal()
                    .line("Logged in to " + at.server() + "; kept in " + app.secrets()
                            .keep(at.by(granted.user()).key(), Purpose.LOGIN, secret) + ".");
            app.terminal()
                    .line("Go on with: aloft create nextcloud://" + granted.user() + "@" + at.server()
                            + "/FOLDER");
            Arrays.fill(secret, '\0');
        }
        return 0;
    }

    private @Nullable String clientSecret(Account account) throws Problem, IOException {
        Optional<String> secret = SecretOptions.read(clientSecretFile).map(String::new).map(String::strip);
        if (secret.isEmpty() && account == Account.GDRIVE) {
            throw new Problem(Exit.USAGE, "Google gives a secret along with the id: put it into a file, and"
                    + " name that with --client-secret-file FILE.");
        }
        return secret.orElse(null);
    }

    private String shownCode(Accounts login) throws Problem, IOException {
        app.terminal()
                .note("Allow it in the browser, and copy the code that you are shown. If no browser opens:");
        open(login.address(null).toString());
        return typed("Code: ", "for the code");
    }

    private AccountKeys withBrowser(Account account, Accounts login) throws Exception {
        try (var browser = new BrowserAnswer(login.state())) {
            app.terminal().note("Allow it in the browser. If no browser opens:");
            boolean opened = open(login.address(browser.address()).toString());
            Optional<String> code = opened || codeFile == null && !app.terminal().canAsk()
                    ? browser.await(PATIENCE)
                    : pasted(login);
            return login.redeem(code.orElseThrow(() -> new Problem(Exit.NOT_WORTH_A_RETRY,
                    account.title() + " did not let Aloft in; nothing was done.")), browser.address());
        }
    }

    /** Where the browser is on another computer, it ends at an address that leads nowhere and holds the code. */
    private Optional<String> pasted(Accounts login) throws Problem, IOException {
        app.terminal()
                .note("In the end the browser shows an address that begins with http://localhost. Copy it.");
        String address = typed("Address: ", "for the address that the browser ends at");
        return BrowserAnswer.code(address.substring(address.indexOf('?') + 1), login.state());
    }

    private String typed(String question, String what) throws Problem, IOException {
        String typed = codeFile == null
                ? app.terminal()
                        .ask(question)
                        .orElseThrow(() -> new Problem(Exit.USAGE,
                                "There is no terminal to ask " + what + ": use --code-file FILE."))
                : SecretOptions.read(codeFile).map(String::new).orElseThrow();
        String plain = typed.strip();
        if (plain.isEmpty() || plain.length() > MAX_CODE) {
            throw new Problem(Exit.USAGE, "That is not what the browser shows; nothing was done.");
        }
        return plain;
    }

    /** @return whether a browser was started; the address is shown in any case */
    private boolean open(String address) {
        app.terminal().note("  " + address);
        boolean desktop = app.environment().containsKey("DISPLAY")
                || app.environment().containsKey("WAYLAND_DISPLAY");
        if (!desktop || codeFile != null || !Files.isExecutable(BROWSER)) {
            return false;
        }
        try {
            new ProcessBuilder(BROWSER.toString(), address)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return true;
        } catch (IOException e) {
            app.terminal().note("aloft: no browser could be opened: " + e.getMessage());
            return false;
        }
    }

    static Account account(String typed) throws Problem {
        if (Place.parse(typed.contains(":") ? typed : typed + ":") instanceof Place.Cloud(AccountPlace at)) {
            return at.account();
        }
        throw new Problem(Exit.USAGE,
                "A login is for dropbox:, onedrive: and gdrive:; what other places ask for is asked for when they are mounted.");
    }

    static Stores.Options options(@Nullable Path certificates, SecureRandom random) {
        Stores.Options usual = Stores.Options.usual(new Circuit(System::nanoTime), random);
        return certificates == null ? usual : usual.trusting(certificates);
    }
}
