package aloft.store;

import aloft.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Contents on their way to Google Drive: small ones in one request, larger ones in an upload that goes on
 * after a broken connection where it stood. Thread safe.
 */
final class GoogleUploads {

    /** Larger ones go up resumably. */
    private static final int MAX_SIMPLE = 4 << 20;
    private static final int MAX_BREAKS = 8;
    private static final String BOUNDARY = "aloft-4b1d5c0e9f7a";
    private static final MediaType RELATED = MediaType.get("multipart/related; boundary=" + BOUNDARY);
    private static final Pattern STORED = Pattern.compile("bytes=0-(\\d{1,10})");

    private final GoogleDrive drive;

    GoogleUploads(GoogleDrive drive) {
        this.drive = drive;
    }

    /** What came of an upload. */
    enum Outcome {
        DONE,
        /** There is a file with this id already. */
        TAKEN,
        /** There is no such file, or no such folder to put it into. */
        MISSING
    }

    /** A file with an id of its own; sent once. */
    Outcome create(JsonText.Raw file, byte[] body) throws Failure, InterruptedIOException {
        return upload("POST", "files", file, body);
    }

    /** Another content for a file that is there. */
    Outcome replace(String id, JsonText.Raw changes, byte[] body) throws Failure, InterruptedIOException {
        return upload("PATCH", "files/" + id, changes, body);
    }

    private Outcome upload(String method, String path, JsonText.Raw file, byte[] body)
            throws Failure, InterruptedIOException {
        if (body.length > MAX_SIMPLE) {
            return resumable(method, path, file, body);
        }
        HttpUrl url = drive.uploads(path).addQueryParameter("uploadType", "multipart").build();
        Request request = GoogleDrive.request(url)
                .method(method, RequestBody.create(related(file, body), RELATED))
                .build();
        return drive.send(Http.Sending.of(request).carrying(body.length).onlyOnce(),
                (response, error) -> outcome(response, error, body));
    }

    /** RFC 2387: what the file is, and its bytes. */
    private static byte[] related(JsonText.Raw file, byte[] body) {
        var out = new ByteArrayOutputStream(body.length + 1024);
        out.writeBytes(ascii("--" + BOUNDARY + "\r\nContent-Type: " + GoogleDrive.JSON + "\r\n\r\n"
                + file.json() + "\r\n--" + BOUNDARY + "\r\nContent-Type: " + Bodies.BYTES + "\r\n\r\n"));
        out.writeBytes(body);
        out.writeBytes(ascii("\r\n--" + BOUNDARY + "--\r\n"));
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Outcome outcome(Response response, GoogleError error, byte[] body)
            throws IOException {
        if (response.code() == 409) {
            return Outcome.TAKEN;
        }
        if (response.code() == 404) {
            return Outcome.MISSING;
        }
        GoogleDrive.check(response, error, true);
        String md5 = GoogleFile.one(response.body().byteStream()).map(GoogleFile::md5).orElse("");
        if (!md5.isEmpty() && !md5.equals(Hashes.md5Hex(body))) {
            throw new Failure.Unreachable("Google Drive got other bytes than were sent.", null);
        }
        return Outcome.DONE;
    }

    private Outcome resumable(String method, String path, JsonText.Raw file, byte[] body)
            throws Failure, InterruptedIOException {
        HttpUrl url = drive.uploads(path).addQueryParameter("uploadType", "resumable").build();
        Request request = GoogleDrive.request(url)
                .header("X-Upload-Content-Type", Bodies.BYTES.toString())
                .header("X-Upload-Content-Length", Integer.toString(body.length))
                .method(method, RequestBody.create(ascii(file.json()), GoogleDrive.JSON))
                .build();
        Object begun = drive.send(Http.Sending.of(request), (response, error) -> response.isSuccessful()
                ? drive.session(response.header("Location"))
                : outcome(response, error, body));
        return begun instanceof HttpUrl session ? send(session, body) : (Outcome) begun;
    }

    private Outcome send(HttpUrl session, byte[] body) throws Failure, InterruptedIOException {
        int from = 0;
        for (int breaks = 0;; breaks++) {
            Step step;
            try {
                step = put(session, from, body);
            } catch (Failure.Unreachable e) {
                if (breaks >= MAX_BREAKS) {
                    throw e;
                }
                step = stored(session, body);
            }
            if (step.outcome().isPresent()) {
                return step.outcome().get();
            }
            if (breaks >= MAX_BREAKS) {
                throw new Failure.Unreachable("An upload to Google Drive does not come to its end.", null);
            }
            from = step.stored();
        }
    }

    /**
     * @param outcome empty while bytes are missing
     * @param stored how many are there
     */
    private record Step(Optional<Outcome> outcome, int stored) {}

    private Step put(HttpUrl session, int from, byte[] body) throws Failure, InterruptedIOException {
        byte[] rest = from == 0 ? body : Arrays.copyOfRange(body, from, body.length);
        Request request = GoogleDrive.request(session)
                .header("Content-Range", "bytes " + from + "-" + (body.length - 1) + "/" + body.length)
                .put(Bodies.once(rest))
                .build();
        return drive.send(Http.Sending.of(request).carrying(rest.length).onlyOnce(),
                (response, error) -> step(response, error, body));
    }

    /** Asks how far it got. */
    private Step stored(HttpUrl session, byte[] body) throws Failure, InterruptedIOException {
        Request request = GoogleDrive.request(session)
                .header("Content-Range", "bytes */" + body.length)
                .put(RequestBody.create(new byte[0], null))
                .build();
        return drive.send(Http.Sending.of(request), (response, error) -> step(response, error, body));
    }

    private static Step step(Response response, GoogleError error, byte[] body) throws IOException {
        if (response.code() != 308) {
            return new Step(Optional.of(outcome(response, error, body)), body.length);
        }
        String range = response.header("Range");
        Matcher stored = STORED.matcher(range == null ? "" : range);
        long count = stored.matches() ? Long.parseLong(stored.group(1)) + 1 : 0;
        if (count >= body.length) {
            throw new Failure.Refused("Google Drive gives an answer that makes no sense.", null);
        }
        return new Step(Optional.empty(), (int) count);
    }
}
