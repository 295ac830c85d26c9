package aloft.store;

import aloft.failure.Failure;
import okhttp3.Response;

/**
 * What Microsoft Graph says of an error.
 *
 * @param code such as "itemNotFound"; empty when it has no words
 */
record GraphError(String code) {

    static final GraphError NONE = new GraphError("");

    static GraphError of(Response response) {
        return new GraphError(CloudValues.word(response, "error/code"));
    }

    /** What the answer means, whatever was asked. */
    Failure failure(Response response, boolean claim) {
        if (response.code() == 401 || code.equals("unauthenticated")
                || code.equals("InvalidAuthenticationToken")) {
            return AccountKeys.over(Account.ONEDRIVE);
        }
        if (response.code() == 403) {
            return code.equals("quotaLimitReached") || code.equals("insufficientQuota")
                    ? full()
                    : AccountKeys.tooWeak(Account.ONEDRIVE);
        }
        if (response.code() == 507 || code.equals("quotaLimitReached")) {
            return full();
        }
        // nothing was done where Graph itself says that there is too much to do
        return response.code() == 503 && code.equals("serviceNotAvailable") || response.code() == 509
                ? new Failure.Busy("OneDrive is busy at present.",
                        Troubles.wait(response))
                : Troubles.refused(response, claim);
    }

    private static Failure full() {
        return new Failure.Full("There is no space left at OneDrive.", null);
    }
}
