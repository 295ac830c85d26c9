package aloft.cli;

import aloft.cli.home.Exit;
import aloft.cli.home.Place;
import aloft.cli.home.Problem;
import aloft.desktop.Purpose;
import aloft.store.Account;
import aloft.store.AccountKeys;
import aloft.store.AccountPlace;
import aloft.store.Accounts;
import aloft.store.Circuit;
import aloft.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Logs in to an account of a cloud. */
@Command(name = "login", description = {
        "Log in to an account: opens the browser, and takes the code that it shows.",
        "The login is kept in the keyring, or without one in a file only you can read."}, footer = {"",
                "PLACE is dropbox:"})
final class Login implements Callable<Integer> {

    private static final int MAX_CODE = 1024;

    private final App app;

    @Option(names = "--client-id", required = true, paramLabel = "ID", description = "The id under which the cloud knows the program; docs/CLOUDS.md says how to get one.")
    private String client = "";

    @Option(names = "--ca-file", paramLabel = "FILE", description = "Trust the certificate authorities in this PEM file too.")
    private @Nullable Path certificates;

    @Option(names = "--code-file", paramLabel = "FILE", description = "Read the code from this file or pipe in place of asking for it.")
    private @Nullable Path codeFile;

    @Parameters(paramLabel = "PLACE", description = "Whose account: dropbox:")
    private String place = "";

    Login(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        Account account = account(place);
        if (!client.matches("[A-Za-z0-9._-]{1,200}")) {
            throw new Problem(Exit.USAGE,
                    "'" + client + "' is no id of a program at " + account.title() + ".");
        }
        var random = new SecureRandom();
        try (Accounts login = new Accounts(account, client, options(certificates, random), random)) {
            String address = login.address().toString();
            app.terminal()
                    .note("Allow it in the browser, and copy the code that you are shown. If no browser opens:");
            app.terminal().note("  " + address);
            open(address);
            AccountKeys keys = login.redeem(code());
            char[] secret = keys.write().toCharArray();
            app.terminal()
                    .line("Logged in to " + account.title() + "; kept in "
                            + app.secrets().keep(account.scheme(), Purpose.LOGIN, secret) + ".");
            Arrays.fill(secret, '\0');
        }
        return 0;
    }

    private String code() throws Problem, IOException {
        String code = codeFile == null
                ? app.terminal()
                        .ask("Code: ")
                        .orElseThrow(() -> new Problem(Exit.USAGE,
                                "There is no terminal to ask for the code: use --code-file FILE."))
                : SecretOptions.read(codeFile).map(String::new).orElseThrow();
        String plain = code.strip();
        if (plain.isEmpty() || plain.length() > MAX_CODE) {
            throw new Problem(Exit.USAGE, "That is no code; nothing was done.");
        }
        return plain;
    }

    /** Where there is no browser the address has been shown. */
    private void open(String address) {
        boolean desktop = app.environment().containsKey("DISPLAY")
                || app.environment().containsKey("WAYLAND_DISPLAY");
        if (desktop && codeFile == null && Files.isExecutable(Path.of("/usr/bin/xdg-open"))) {
            try {
                new ProcessBuilder("/usr/bin/xdg-open", address)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
            } catch (IOException e) {
                app.terminal().note("aloft: no browser could be opened: " + e.getMessage());
            }
        }
    }

    static Account account(String typed) throws Problem {
        if (Place.parse(typed.contains(":") ? typed : typed + ":") instanceof Place.Cloud(AccountPlace at)) {
            return at.account();
        }
        throw new Problem(Exit.USAGE,
                "A login is for dropbox: alone; what other places ask for is asked for when they are mounted.");
    }

    static Stores.Options options(@Nullable Path certificates, SecureRandom random) {
        Stores.Options usual = Stores.Options.usual(new Circuit(System::nanoTime), random);
        return certificates == null ? usual : usual.trusting(certificates);
    }
}
