package aloft.store;

import java.time.DateTimeException;
import java.time.Instant;

/** Values as clouds write them. */
final class CloudValues {

    private CloudValues() {}

    /** A count of bytes; -1 when it is none. */
    static long number(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    /** A time after ISO 8601, in milliseconds since 1970; the present when it is none, so that nothing looks old. */
    static long millis(String text) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException e) {
            return System.currentTimeMillis();
        }
    }
}
