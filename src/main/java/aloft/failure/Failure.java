package aloft.failure;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong between the drive and the cloud, by kind. The message is one sentence for the
 * user: what happened and what to do. It never holds a secret. Whether a try may be repeated is
 * decided by the kind, where it is thrown.
 */
public sealed abstract class Failure extends IOException {

    private static final long serialVersionUID = 1L;

    private Failure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** True when the same call may succeed later without anybody doing anything. */
    public boolean mayRetry() {
        return false;
    }

    /** The object is not in the store. */
    public static final class Missing extends Failure {
        private static final long serialVersionUID = 1L;

        public Missing(String message) {
            super(message, null);
        }
    }

    /** No answer: no network, no name, refused, cut off, or over a deadline. */
    public static final class Unreachable extends Failure {
        private static final long serialVersionUID = 1L;

        public Unreachable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        @Override
        public boolean mayRetry() {
            return true;
        }
    }

    /** The store asks to come back later (429, 503, 423, a conflict that passes by itself). */
    public static final class Busy extends Failure {
        private static final long serialVersionUID = 1L;
        private final Duration retryAfter;

        /** @param retryAfter what the store asked for, zero when it named no time */
        public Busy(String message, Duration retryAfter) {
            super(message, null);
            this.retryAfter = retryAfter;
        }

        public Duration retryAfter() {
            return retryAfter;
        }

        @Override
        public boolean mayRetry() {
            return true;
        }
    }

    /** The store does not accept the password or token. */
    public static final class NeedsLogin extends Failure {
        private static final long serialVersionUID = 1L;

        public NeedsLogin(String message) {
            super(message, null);
        }
    }

    /** The cloud's quota or the local disk is full. */
    public static final class Full extends Failure {
        private static final long serialVersionUID = 1L;

        public Full(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Bytes are not what they must be: too short, too long, or they do not authenticate. */
    public static final class Damaged extends Failure {
        private static final long serialVersionUID = 1L;

        public Damaged(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The store will not do it, or its answer makes no sense; trying again will not help. */
    public static final class Refused extends Failure {
        private static final long serialVersionUID = 1L;

        public Refused(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The passphrase or recovery key opens no slot of the vault. */
    public static final class WrongPassphrase extends Failure {
        private static final long serialVersionUID = 1L;

        public WrongPassphrase(String message) {
            super(message, null);
        }
    }

    /** Written by a newer Aloft: it can be read at most. */
    public static final class TooNew extends Failure {
        private static final long serialVersionUID = 1L;

        public TooNew(String message) {
            super(message, null);
        }
    }

    /** The drive or the store takes no writes from this device at present. */
    public static final class ReadOnly extends Failure {
        private static final long serialVersionUID = 1L;

        public ReadOnly(String message) {
            super(message, null);
        }
    }
}
