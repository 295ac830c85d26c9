package aloft.store;

import aloft.failure.Failure;
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
        return new GoogleError(CloudValues.word(response, "error/errors/reason"));
    }

    /** What the answer means, whatever was asked. */
    Failure failure(Response response, boolean claim) {
        if (response.code() == 401) {
            return AccountKeys.over(Account.GDRIVE);
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
            default -> AccountKeys.tooWeak(Account.GDRIVE);
        };
    }
}
