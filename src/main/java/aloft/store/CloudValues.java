package aloft.store;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import okhttp3.Response;

/** Values as clouds write them. */
final class CloudValues {

    private CloudValues() {}

    /** A count of bytes; -1 when it is none. */
    static long number(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    /** What the answer, in JSON, says of the account's space at two paths. */
    static Store.Space space(Response response, String total, String used) throws IOException {
        var found = new Object() {
            long total = -1;
            long used = -1;
        };
        JsonFields.read(response.body().byteStream(), (path, text, end) -> {
            if (path.equals(total)) {
                found.total = number(text);
            } else if (path.equals(used)) {
                found.used = number(text);
            }
        });
        return new Store.Space(found.total, found.used);
    }

    /** The word for an error that the answer, in JSON, has at the path; empty when it has none. */
    static String word(Response response, String path) {
        try {
            return JsonFields.text(response.body().byteStream(), path)
                    .filter(text -> text.matches("[A-Za-z]{1,64}"))
                    .orElse("");
        } catch (IOException e) {
            // an answer without words: the status must do
            return "";
        }
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
