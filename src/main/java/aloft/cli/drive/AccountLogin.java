package aloft.cli.drive;

import aloft.desktop.Purpose;
import aloft.desktop.Secrets;
import aloft.store.Account;
import aloft.store.KeptLogin;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** The login of an account among the user's secrets. */
record AccountLogin(Account account, Secrets secrets) implements KeptLogin {

    private static final System.Logger LOG = System.getLogger(AccountLogin.class.getName());

    @Override
    public void keep(String login) {
        try {
            secrets.keep(account.scheme(), Purpose.LOGIN, login.toCharArray());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The renewed login cannot be kept: " + e.getMessage());
        }
    }

    @Override
    public Optional<String> find() {
        try {
            return secrets.find(account.scheme(), Purpose.LOGIN).map(String::new);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The kept login cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }
}
