package aloft.fuzz;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Something that reads bytes which others may have changed. For one thread at a time.
 *
 * @param name    a word, for scripts/fuzz
 * @param good    bytes as they should be, to begin with
 * @param reading what is fed
 * @param allowed what it may throw
 */
public record Target(String name, Callable<List<byte[]>> good, Reading reading,
        Set<Class<? extends Exception>> allowed) {

    /** Reads bytes. */
    @FunctionalInterface
    public interface Reading {
        void read(byte[] input) throws Exception;
    }

    List<byte[]> seeds() throws Exception {
        return good.call();
    }

    /**
     * Reads bytes.
     *
     * @return whether they were understood
     * @throws Exception what must never come out
     */
    boolean feed(byte[] input) throws Exception {
        try {
            reading.read(input);
            return true;
        } catch (Exception e) {
            if (allowed.stream().anyMatch(kind -> kind.isInstance(e))) {
                return false;
            }
            throw e;
        }
    }
}
