package aloft.store;

import java.util.Optional;

/** Where the login of an account is kept, as {@link AccountKeys#write} writes it. Safe for many threads. */
public interface KeptLogin {

    /** For who keeps none. */
    KeptLogin NOWHERE = new KeptLogin() {
        @Override
        public void keep(String login) {
            // it ends with this process
        }

        @Override
        public Optional<String> find() {
            return Optional.empty();
        }
    };

    /** Takes the place of the one before, ahead of its first use. */
    void keep(String login);

    /** What is kept now: the user may have logged in anew. Empty when nothing is, or it cannot be read. */
    Optional<String> find();
}
