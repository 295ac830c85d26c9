package aloft.sync;

import aloft.failure.Failure;
import aloft.format.ObjectId;
import aloft.vault.Vault;
import java.io.InterruptedIOException;

/** Where ciphertext comes from; {@link Vault#read} but for tests. */
@FunctionalInterface
interface Source {

    /** @throws Failure.Damaged when the object ends before that; the sink may have got what there is */
    void read(ObjectId object, long offset, int length, Vault.Sink sink)
            throws Failure, InterruptedIOException;
}
