package aloft.store;

import java.io.InterruptedIOException;
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

    /**
     * Waits until no other process of the user uses the login up, and keeps them from it: where each use gives
     * another login, the use of an old one ends all of them (RFC 9700, 4.14).
     */
    default Hold hold() throws InterruptedIOException {
        return () -> {
            // nobody else has it
        };
    }

    /** Until it is closed, by the thread that has it. */
    @FunctionalInterface
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }
}
