package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Response;

/** A part of an object from an answer (RFC 9110, 14.4). */
final class Ranges {

    private static final int BUFFER = 64 * 1024;
    private static final Pattern CONTENT_RANGE = Pattern
            .compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    private Ranges() {}

    /** The answer begins where it was asked to. */
    static void check(Response response, long offset) throws Failure.Refused {
        String header = response.header("Content-Range");
        Matcher range = CONTENT_RANGE.matcher(header == null ? "" : header.trim());
        if (!range.matches() || Long.parseLong(range.group(1)) != offset) {
            throw new Failure.Refused(Troubles.host(response.request().url())
                    + " sends another part than it was asked for.", null);
        }
    }

    /** @return less when it ends before that */
    static long skip(InputStream in, long count) throws IOException {
        byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(count, 1))];
        long done = 0;
        while (done < count) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, count - done));
            if (n < 0) {
                break;
            }
            done += n;
        }
        return done;
    }

    /** @return less when it ends before that */
    static int copy(InputStream in, int count, Store.Sink sink) throws IOException {
        byte[] buffer = new byte[Math.min(BUFFER, count)];
        int done = 0;
        while (done < count) {
            int n = in.read(buffer, 0, Math.min(buffer.length, count - done));
            if (n < 0) {
                break;
            }
            sink.accept(buffer, 0, n);
            done += n;
        }
        return done;
    }
}
