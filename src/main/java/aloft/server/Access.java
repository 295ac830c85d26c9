package aloft.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/**
 * One request in the access log.
 *
 * @param path canonical, see {@link #line}; "*" or "-" when it had none
 * @param range the Range header, "-" when there was none
 * @param sent bytes of the answer's body
 * @param received bytes of the request's body
 */
public record Access(Instant time, String method, String path, String range, int status, long sent,
        long received) {

    /**
     * {@code TIME METHOD PATH RANGE STATUS SENT RECEIVED}, parted by single spaces: plain ASCII, every field
     * without spaces and control characters.
     */
    public String line() {
        return time.truncatedTo(ChronoUnit.MILLIS) + " " + plain(method) + " " + plain(path) + " "
                + plain(range) + " "
                + status + " " + sent + " " + received;
    }

    static Access of(Request request, Response response) {
        String range = request.getHeaders().get("Range");
        return new Access(Instant.ofEpochMilli(Request.getTimeStamp(request)), request.getMethod(),
                path(request),
                range == null ? "-" : range, response.getStatus(), Response.getContentBytesWritten(response),
                Request.getContentBytesRead(request));
    }

    private static String path(Request request) {
        String raw = request.getHttpURI().getPath();
        if (raw == null || raw.isEmpty()) {
            return "-";
        }
        try {
            return DavPath.parse(raw).href(raw.endsWith("/"));
        } catch (Refusal e) {
            return raw;
        }
    }

    private static String plain(String text) {
        return text.replaceAll("[^!-~]", "_");
    }
}
