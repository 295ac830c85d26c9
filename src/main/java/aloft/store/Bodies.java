package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;

/** Objects as bodies of requests and answers, read with bounds. */
final class Bodies {

    static final MediaType BYTES = MediaType.get("application/octet-stream");
    private static final int BUFFER = 64 * 1024;

    private Bodies() {}

    /**
     * The object in an answer with status 200.
     *
     * @param key for messages
     */
    static byte[] whole(String key, Response response, int limit) throws IOException {
        if (response.code() != 200) {
            throw Troubles.refused(response, false);
        }
        long size = response.body().contentLength();
        if (size <= limit) {
            InputStream in = response.body().byteStream();
            byte[] bytes = upTo(limit, size, in);
            if (in.read() < 0) {
                return bytes;
            }
        }
        throw new Failure.Damaged("The object " + key + " is larger than it may be.", null);
    }

    /** As much as there is, or {@code limit}. */
    private static byte[] upTo(int limit, long size, InputStream in) throws IOException {
        byte[] bytes = new byte[size >= 0 ? (int) size : Math.min(limit, BUFFER)];
        int length = 0;
        while (true) {
            int n = in.readNBytes(bytes, length, bytes.length - length);
            length += n;
            if (length < bytes.length) {
                return Arrays.copyOf(bytes, length);
            }
            if (length == limit || length == size) {
                return bytes;
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max(BUFFER, 2L * length)));
        }
    }

    /** A part of an object, from the answer to a request with a "Range" (RFC 9110, 14). */
    static void part(String key, Response response, long offset, int length, Store.Sink sink)
            throws IOException {
        InputStream in = response.body().byteStream();
        switch (response.code()) {
            case 206 -> Ranges.check(response, offset);
            case 200 -> {
                if (Ranges.skip(in, offset) < offset) {
                    throw tooShort(key);
                }
            }
            case 416 -> throw tooShort(key);
            default -> throw Troubles.refused(response, false);
        }
        if (Ranges.copy(in, length, sink) < length) {
            throw tooShort(key);
        }
    }

    static String range(long offset, int length) {
        return "bytes=" + offset + "-" + (offset + length - 1);
    }

    private static Failure.Damaged tooShort(String key) {
        return new Failure.Damaged("The object " + key + " is too short.", null);
    }

    static Failure.Missing missing(String key) {
        return new Failure.Missing("There is no object " + key + ".");
    }

    static RequestBody of(byte[] bytes) {
        return new Whole(bytes, false);
    }

    /** A body that is never sent a second time. */
    static RequestBody once(byte[] bytes) {
        return new Whole(bytes, true);
    }

    private static final class Whole extends RequestBody {

        /** The client copies what it is given at once. */
        private static final int PIECE = 32 << 10;

        private final byte[] bytes;
        private final boolean once;

        Whole(byte[] bytes, boolean once) {
            this.bytes = bytes;
            this.once = once;
        }

        @Override
        public MediaType contentType() {
            return BYTES;
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public boolean isOneShot() {
            return once;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            for (int at = 0; at < bytes.length; at += PIECE) {
                sink.write(bytes, at, Math.min(PIECE, bytes.length - at));
            }
        }
    }
}
