package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Response;

/**
 * What Dropbox says of an error.
 *
 * @param summary its tags from the outermost on, such as "path/conflict/file/"; empty when it has no words
 * @param retryAfter seconds, 0 when not told
 */
record DropboxError(String summary, int retryAfter) {

    static final DropboxError NONE = new DropboxError("", 0);
    private static final int MAX_SUMMARY = 200;

    static DropboxError of(Response response) {
        var found = new Object() {
            String summary = "";
            int retryAfter;
        };
        try {
            JsonFields.read(response.body().byteStream(), (path, text, end) -> {
                if (path.equals("error_summary")) {
                    found.summary = text.length() > MAX_SUMMARY ? text.substring(0, MAX_SUMMARY) : text;
                } else if (path.equals("error/retry_after") && text.matches("\\d{1,6}")) {
                    found.retryAfter = Integer.parseInt(text);
                }
            });
        } catch (IOException e) {
            // some errors are plain text: the status must do
        }
        return new DropboxError(found.summary, found.retryAfter);
    }

    boolean is(String tags) {
        return summary.startsWith(tags + "/") || summary.equals(tags);
    }

    /** The path, or what was to be looked up there, is missing. */
    boolean isNotFound() {
        return is("path/not_found") || is("path_lookup/not_found") || is("path/not_file");
    }

    boolean isExpired() {
        return is("expired_access_token") || is("invalid_access_token");
    }

    /** What the answer means, whatever was asked. */
    Failure failure(Response response, boolean claim) {
        if (isExpired() || response.code() == 401) {
            return AccountKeys.over(Account.DROPBOX);
        }
        if (is("path/insufficient_space") || is("insufficient_space")) {
            return new Failure.Full("There is no space left at Dropbox.", null);
        }
        if (is("path/too_many_write_operations") || is("too_many_write_operations")
                || is("too_many_requests") || response.code() == 429) {
            Duration asked = Troubles.wait(response);
            return new Failure.Busy("Dropbox is busy at present.",
                    asked.isZero() ? Duration.ofSeconds(retryAfter) : asked);
        }
        if (is("path/no_write_permission") || is("path/team_folder") || is("missing_scope")
                || is("path/access_restricted")) {
            return AccountKeys.tooWeak(Account.DROPBOX);
        }
        if (is("content_hash_mismatch")) {
            return new Failure.Unreachable("What was sent to Dropbox came there damaged.", null);
        }
        return response.code() == 409 || response.code() == 400
                ? new Failure.Refused("Dropbox answers with an error (" + tags(response) + ").", null)
                : Troubles.refused(response, claim);
    }

    private String tags(Response response) {
        String plain = summary.replaceAll("[^a-z_/]", "");
        return plain.isEmpty() ? Integer.toString(response.code()) : plain;
    }
}
