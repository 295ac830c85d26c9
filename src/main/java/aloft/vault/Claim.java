package aloft.vault;

import aloft.failure.Failure;
import aloft.store.Store;
import java.io.InterruptedIOException;
import java.util.Arrays;

/** Puts an object that must not be there yet, and settles an unknown outcome by reading back. */
final class Claim {

    private final Store store;

    Claim(Store store) {
        this.store = store;
    }

    /** @return whether the object in the store is this one */
    boolean put(String key, byte[] bytes) throws Failure, InterruptedIOException {
        try {
            return store.putIfAbsent(key, bytes);
        } catch (Failure.Unreachable e) {
            try {
                return Arrays.equals(store.get(key, bytes.length).bytes(), bytes);
            } catch (Failure.Damaged larger) {
                return false;
            } catch (Failure.Missing none) {
                throw e;
            }
        }
    }
}
