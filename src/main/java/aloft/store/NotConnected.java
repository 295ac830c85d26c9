package aloft.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** As the cause of an Unreachable: no connection came about, so nothing was sent. */
final class NotConnected extends IOException {

    private static final long serialVersionUID = 1L;

    NotConnected(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
