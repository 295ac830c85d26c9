package aloft.server;

import static aloft.server.Refusal.BAD_REQUEST;
import static aloft.server.Refusal.TOO_LARGE;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.jspecify.annotations.Nullable;

/** One request and its answer, in blocking calls. Used by one thread. */
final class Exchange {

    /** A body that nobody wants is read up to here, so that the client gets to see the answer. */
    private static final long MAX_DRAIN = 64L << 20;

    private final Request request;
    private final Response response;

    Exchange(Request request, Response response) {
        this.request = request;
        this.response = response;
    }

    @FunctionalInterface
    interface Receiver {
        /** The buffer belongs to the caller again on return. */
        void accept(ByteBuffer bytes) throws IOException, Refusal;
    }

    String method() {
        return request.getMethod();
    }

    /** As it was sent, with escapes; null for {@code OPTIONS *}. */
    @Nullable
    String rawPath() {
        String path = request.getHttpURI().getPath();
        return "*".equals(path) ? null : path;
    }

    DavPath path() throws Refusal {
        String raw = rawPath();
        if (raw == null || request.getHttpURI().getFragment() != null) {
            throw new Refusal(BAD_REQUEST, "The path is missing or has a fragment.");
        }
        return DavPath.parse(raw);
    }

    boolean hasTrailingSlash() {
        String raw = rawPath();
        return raw != null && raw.endsWith("/");
    }

    /** Host and port as the client sees them; null when it sent none. */
    @Nullable
    String authority() {
        return request.getHttpURI().getAuthority();
    }

    /** Several fields of one name come as one, parted by commas; null when there is none. */
    @Nullable
    String header(String name) {
        List<String> values = request.getHeaders().getValuesList(name);
        return values.isEmpty() ? null : String.join(", ", values);
    }

    boolean has(String name) {
        return request.getHeaders().contains(name);
    }

    /** Length of the request's body; -1 when it comes in chunks, 0 when there is none. */
    long length() {
        long length = request.getLength();
        return length >= 0 || has("Transfer-Encoding") ? length : 0;
    }

    void ignoreIdleTimeout() {
        request.addIdleTimeoutListener(timeout -> false);
    }

    /** Hands over the whole body, piece by piece. Fails when the client ends it early. */
    void receive(Receiver to) throws IOException, Refusal {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                awaitMore();
                continue;
            }
            if (Content.Chunk.isFailure(chunk)) {
                throw new ClientGone(chunk.getFailure());
            }
            try {
                to.accept(chunk.getByteBuffer());
            } finally {
                chunk.release();
            }
            if (chunk.isLast()) {
                return;
            }
        }
    }

    /** The whole body. */
    byte[] body(int limit) throws IOException, Refusal {
        var body = new ByteArrayOutputStream();
        receive(bytes -> {
            if (body.size() + bytes.remaining() > limit) {
                throw new Refusal(TOO_LARGE, "The body is too large.");
            }
            byte[] piece = new byte[bytes.remaining()];
            bytes.get(piece);
            body.writeBytes(piece);
        });
        return body.toByteArray();
    }

    /**
     * Reads what is left of the body and forgets it. Does nothing when the client waits to be told to send it, or
     * when it is so long that closing the connection is better.
     */
    void drain() throws IOException {
        if (has("Expect") || length() > MAX_DRAIN) {
            return;
        }
        long[] drained = {0};
        try {
            receive(bytes -> {
                drained[0] += bytes.remaining();
                if (drained[0] > MAX_DRAIN) {
                    throw new Refusal(TOO_LARGE, "The body is too large.");
                }
            });
        } catch (Refusal e) {
            // enough; the connection is closed after the answer
        }
    }

    void setHeader(String name, String value) {
        response.getHeaders().put(name, value);
    }

    void setLength(long length) {
        response.getHeaders().put(new HttpField.LongValueHttpField(HttpHeader.CONTENT_LENGTH, length));
    }

    void setStatus(int status) {
        response.setStatus(status);
    }

    /** An answer without a body. */
    void finish(int status) throws IOException {
        response.setStatus(status);
        if (status != 204 && status != Refusal.NOT_MODIFIED) {
            setLength(0);
        }
        write(true, ByteBuffer.allocate(0));
    }

    /** A whole answer; for HEAD its body is not sent. */
    void finish(int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        setHeader("Content-Type", type);
        setLength(body.length);
        write(true, ByteBuffer.wrap(method().equals("HEAD") ? new byte[0] : body));
    }

    void write(boolean last, ByteBuffer bytes) throws IOException {
        try {
            Content.Sink.write(response, last, bytes);
        } catch (IOException e) {
            throw new ClientGone(e);
        }
    }

    /** For a body of unknown length; closing it ends the answer. */
    OutputStream stream() {
        return Content.Sink.asOutputStream(response);
    }

    /** A buffer off the heap, for the caller to release. */
    RetainableByteBuffer.Mutable buffer(int size) {
        return request.getComponents().getByteBufferPool().acquire(size, true);
    }

    boolean isCommitted() {
        return response.isCommitted();
    }

    /** Forgets the headers and the status set so far. */
    void reset() {
        response.reset();
    }

    private void awaitMore() throws IOException {
        try (Blocker.Runnable more = Blocker.runnable()) {
            request.demand(more);
            more.block();
        }
    }

    /** The client ended the connection, or was silent for too long. */
    static final class ClientGone extends IOException implements HttpException {
        private static final long serialVersionUID = 1L;

        ClientGone(Throwable cause) {
            super(cause);
        }

        /** For one that is still there. */
        @Override
        public int getCode() {
            return 408;
        }

        @Override
        public String getReason() {
            return "The request did not come in time.";
        }
    }
}
