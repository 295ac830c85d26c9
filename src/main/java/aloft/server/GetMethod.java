package aloft.server;

import static aloft.server.Refusal.NOT_FOUND;
import static aloft.server.Refusal.RANGE_NOT_SATISFIABLE;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** GET and HEAD: objects, whole or one range; waits for one that is still to come when asked to. */
final class GetMethod implements Method {

    /** Bytes; larger ones are no faster, and each request that sends holds one. */
    private static final int BUFFER = 64 * 1024;

    private final Cloud cloud;

    GetMethod(Cloud cloud) {
        this.cloud = cloud;
    }

    /** An object that stays as it is while it is open, whatever is put over it. */
    private record Opened(Entry entry, @Nullable FileChannel channel) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (channel != null) {
                channel.close();
            }
        }
    }

    @Override
    public void answer(Exchange exchange) throws IOException, Refusal, InterruptedException {
        DavPath path = exchange.path();
        Duration wait = Preferences.waitOrNull(exchange.header("Prefer"));
        if (wait != null) {
            exchange.setHeader("Preference-Applied", "wait");
            exchange.ignoreIdleTimeout();
            boolean there = cloud.waiters().await(path, wait, () -> cloud.disk().entry(path).isPresent());
            if (!there) {
                throw new Refusal(NOT_FOUND, "It did not come in time.");
            }
        }
        try (Opened opened = open(path)) {
            cloud.check(exchange, path, Optional.of(opened.entry()));
            if (opened.channel() == null) {
                exchange.finish(200, "text/plain; charset=utf-8",
                        "This is an Aloft cloud. Mount it with: aloft mount URL\n");
            } else {
                send(exchange, opened.entry(), opened.channel());
            }
        }
    }

    private Opened open(DavPath path) throws IOException, Refusal {
        try (var _ = cloud.locks().read(path)) {
            while (true) {
                Entry entry = cloud.disk()
                        .entry(path)
                        .orElseThrow(() -> new Refusal(NOT_FOUND, "There is nothing here."));
                if (entry.folder()) {
                    return new Opened(entry, null);
                }
                FileChannel channel;
                try {
                    channel = FileChannel.open(entry.file(), StandardOpenOption.READ);
                } catch (NoSuchFileException e) {
                    continue;
                }
                // another process may have put a newer one in between
                if (cloud.disk().entryWithoutParents(path).equals(Optional.of(entry))) {
                    return new Opened(entry, channel);
                }
                channel.close();
            }
        }
    }

    private static void send(Exchange exchange, Entry entry, FileChannel channel) throws IOException {
        exchange.setHeader("ETag", entry.etag());
        exchange.setHeader("Last-Modified", Preconditions.httpDate(entry.modified()));
        exchange.setHeader("Accept-Ranges", "bytes");
        exchange.setHeader("Content-Type", "application/octet-stream");
        boolean head = exchange.method().equals("HEAD");
        Optional<ByteRange> range = head || !Preconditions.rangeApplies(exchange, entry)
                ? Optional.empty()
                : ByteRange.parse(exchange.header("Range"), entry.size());
        range.ifPresent(r -> exchange.setHeader("Content-Range", r.contentRange(entry.size())));
        if (range.filter(r -> !r.isSatisfiable()).isPresent()) {
            exchange.finish(RANGE_NOT_SATISFIABLE);
            return;
        }
        ByteRange bytes = range.orElse(new ByteRange(0, entry.size()));
        exchange.setStatus(range.isPresent() ? 206 : 200);
        exchange.setLength(bytes.length());
        if (head || bytes.length() == 0) {
            exchange.write(true, ByteBuffer.allocate(0));
        } else {
            copy(channel, bytes, exchange);
        }
    }

    private static void copy(FileChannel channel, ByteRange bytes, Exchange to) throws IOException {
        var pooled = to.buffer((int) Math.min(bytes.length(), BUFFER));
        try {
            ByteBuffer buffer = pooled.getByteBuffer();
            long at = bytes.from();
            long end = at + bytes.length();
            while (at < end) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
                while (buffer.hasRemaining()) {
                    int read = channel.read(buffer, at);
                    if (read < 0) {
                        throw new EOFException("The object is shorter than it was.");
                    }
                    at += read;
                }
                to.write(at == end, buffer.flip());
            }
        } finally {
            pooled.release();
        }
    }
}
