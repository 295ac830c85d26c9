package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Response;

/**
 * What Google Drive says of an error.
 *
 * @param reason such as "rateLimitExceeded"; empty when it has no words
 */
record GoogleError(String reason) {

    static final GoogleError NONE = new GoogleError("");

    /** How long to leave it alone when a limit of the whole day is reached. */
    private static final Duration LONG = Duration.ofMinutes(15);

    static GoogleError of(Response response) {
        var found = new Object() {
            String reason = "";
        };
        try {
            JsonFields.read(response.body().byteStream(), (path, text, end) -> {
                if (path.equals("error/errors/reason") && text.matches("[A-Za-z]{1,64}")) {
                    found.reason = text;
                }
            });
        } catch (IOException e) {
            // an answer without words: the status must do
        }
        return new GoogleError(found.reason);
    }

    /** What the answer means, whatever was asked. */
    Failure failure(Response response, boolean claim) {
        if (response.code() == 401) {
            return new Failure.NeedsLogin(
                    "The login at Google Drive is over, or was taken back: aloft login gdrive:");
        }
        if (response.code() != 403) {
            return Troubles.refused(response, claim);
        }
        return switch (reason) {
            case "rateLimitExceeded", "userRateLimitExceeded", "sharingRateLimitExceeded" ->
                new Failure.Busy("Google Drive is busy at present.",
                        Troubles.wait(response));
            case "dailyLimitExceeded", "quotaExceeded", "uploadLimitExceeded" ->
                new Failure.Busy("Google Drive takes no more today.", LONG);
            case "storageQuotaExceeded" -> new Failure.Full("There is no space left at Google Drive.", null);
            case "numChildrenInNonRootLimitExceeded", "activeItemCreationLimitExceeded" ->
                new Failure.Full("Google Drive takes no more files into this folder or account.", null);
            default -> new Failure.NeedsLogin("Google Drive does not allow this to the login: see"
                    + " docs/CLOUDS.md for the permissions that it needs.");
        };
    }
}
