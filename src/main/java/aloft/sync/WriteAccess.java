package aloft.sync;

import aloft.failure.Failure;
import aloft.vault.Vault;
import java.io.InterruptedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether this device may write to the log, of which the tree is told. Safe for many threads. */
final class WriteAccess {

    private final Vault vault;
    /** Whether the log has this device: else it only reads until it is mounted again. */
    private boolean registered;
    private volatile @Nullable String why;
    private @Nullable LocalChanges local;

    WriteAccess(Vault vault) {
        this.vault = vault;
    }

    /** @param whyNot this device could not be put into the log; null when it is there */
    synchronized void begin(@Nullable String whyNot) {
        registered = whyNot == null;
        why = whyNot;
    }

    synchronized void tell(LocalChanges changes) {
        local = changes;
        changes.readOnly(why);
    }

    /** @param whyNot null when changes are taken */
    synchronized void set(@Nullable String whyNot) {
        if (!Objects.equals(why, whyNot)) {
            why = whyNot;
            if (local != null) {
                local.readOnly(whyNot);
            }
        }
    }

    /** The log is as it should be: what is left is whether it is this device that writes. */
    void askAgain() throws Failure, InterruptedIOException {
        if (isRegistered()) {
            set(vault.readOnly().orElse(null));
        }
    }

    private synchronized boolean isRegistered() {
        return registered;
    }

    void require() throws Failure.ReadOnly {
        String whyNot = why;
        if (whyNot != null) {
            throw new Failure.ReadOnly(whyNot);
        }
    }

    /** Null while changes are taken. */
    @Nullable
    String whyNot() {
        return why;
    }
}
