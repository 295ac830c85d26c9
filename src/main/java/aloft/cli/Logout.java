package aloft.cli;

import aloft.cli.drive.AccountLogin;
import aloft.cli.home.Exit;
import aloft.cli.home.Problem;
import aloft.desktop.Purpose;
import aloft.failure.Failure;
import aloft.store.Account;
import aloft.store.Accounts;
import aloft.store.KeptLogin;
import aloft.store.NextcloudLogin;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a login back. */
@Command(name = "logout", description = {"Take a login back at the cloud, and forget it here.",
        "Drives there can be mounted again after another login; unmount them first."})
final class Logout implements Callable<Integer> {

    private final App app;

    @Option(names = "--ca-file", paramLabel = "FILE", description = "Trust the certificate authorities in this PEM file too.")
    private @Nullable Path certificates;

    @Parameters(paramLabel = "PLACE", description = "Whose account: dropbox:, onedrive:, gdrive: or nextcloud://USER@HOST")
    private String place = "";

    Logout(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        if (NextcloudPlace.isMeantBy(place)) {
            return nextcloud(NextcloudPlace.parse(place));
        }
        Account account = Login.account(place);
        try (KeptLogin.Hold _ = AccountLogin.of(account, app.folders(), app.environment()).hold()) {
            takeBack(account);
        }
        app.terminal().line("Logged out of " + account.title() + ".");
        return 0;
    }

    private void takeBack(Account account) throws Problem, IOException {
        char[] login = app.secrets()
                .find(account.scheme(), Purpose.LOGIN)
                .orElseThrow(() -> new Problem(Exit.NOT_WORTH_A_RETRY,
                        "There is no login at " + account.title() + " to take back."));
        var random = new SecureRandom();
        try (Accounts accounts = new Accounts(account, "", null, Login.options(certificates, random),
                random)) {
            accounts.revoke(new String(login))
                    .ifPresent(
                            where -> app.terminal().note("To take it back at the cloud as well: " + where));
        } catch (Failure.NeedsLogin e) {
            app.terminal().note("aloft: " + account.title() + " had taken it back already.");
        }
        app.secrets().forget(account.scheme(), Purpose.LOGIN);
    }

    private int nextcloud(NextcloudPlace at) throws Exception {
        String user = at.user();
        if (user == null) {
            throw new Problem(Exit.USAGE, "Say who you are there: nextcloud://USER@" + at.server());
        }
        char[] password = app.secrets()
                .find(at.key(), Purpose.LOGIN)
                .orElseThrow(() -> new Problem(Exit.NOT_WORTH_A_RETRY,
                        "There is no login of " + user + " at " + at.server() + " to take back."));
        var random = new SecureRandom();
        try (var login = new NextcloudLogin(at.address(), Login.options(certificates, random))) {
            login.revoke(new NextcloudLogin.Granted(user, new String(password)));
        } catch (Failure.NeedsLogin e) {
            app.terminal().note("aloft: " + at.server() + " had taken it back already.");
        }
        app.secrets().forget(at.key(), Purpose.LOGIN);
        app.terminal().line("Logged out of " + at.server() + ".");
        return 0;
    }
}
