package aloft.store;

import aloft.failure.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a login leaves behind, a secret: as a text that is kept it has a line for each.
 *
 * @param client the program's id at the cloud
 * @param clientSecret null where the cloud gives programs on people's computers none
 * @param refresh gives access without the user until it is taken back
 */
public record AccountKeys(String client, @Nullable String clientSecret, String refresh) {

    private static final int MAX_LENGTH = 4096;

    /** @throws Failure.NeedsLogin when it is something else */
    static AccountKeys parse(String text, Account account) throws Failure.NeedsLogin {
        List<String> lines = text.length() > MAX_LENGTH
                ? List.of()
                : text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        boolean usable = (lines.size() == 2 || lines.size() == 3)
                && lines.stream().allMatch(line -> line.chars().allMatch(c -> c > ' ' && c < 0x7f));
        if (!usable) {
            throw needed(account);
        }
        return new AccountKeys(lines.get(1), lines.size() == 3 ? lines.get(2) : null, lines.get(0));
    }

    static Failure.NeedsLogin needed(Account account) {
        return new Failure.NeedsLogin(account.title() + " asks for a login: aloft login " + account.scheme()
                + ":");
    }

    static Failure.NeedsLogin over(Account account) {
        return new Failure.NeedsLogin("The login at " + account.title() + " is over, or was taken back: aloft"
                + " login " + account.scheme() + ":");
    }

    /** The login is good, and does not reach as far as what was asked. */
    static Failure.NeedsLogin tooWeak(Account account) {
        return new Failure.NeedsLogin(account.title() + " does not allow this to the login: see"
                + " docs/CLOUDS.md for the permissions that it needs.");
    }

    /** As {@link #parse} reads it. */
    public String write() {
        return refresh + "\n" + client + (clientSecret == null ? "" : "\n" + clientSecret);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "AccountKeys[" + client + "]";
    }
}
