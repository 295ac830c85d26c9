package aloft.server;

import static aloft.server.Refusal.BAD_REQUEST;
import static aloft.server.Refusal.NOT_ALLOWED;
import static aloft.server.Refusal.PRECONDITION_FAILED;
import static aloft.server.Refusal.UNSUPPORTED_MEDIA;

import java.io.IOException;
import java.util.Optional;

/** PUT: the object is there as a whole and durable when the answer is sent, or the old one stays. */
final class PutMethod implements Method {

    private final Cloud cloud;

    PutMethod(Cloud cloud) {
        this.cloud = cloud;
    }

    @Override
    public void answer(Exchange exchange) throws IOException, Refusal {
        if (exchange.has("Content-Range")) {
            throw new Refusal(BAD_REQUEST, "A part of an object cannot be put.");
        }
        if (exchange.has("Content-Encoding")) {
            throw new Refusal(UNSUPPORTED_MEDIA, "An object cannot be put in an encoding.");
        }
        DavPath path = exchange.path();
        if (path.isRoot() || exchange.hasTrailingSlash()) {
            throw new Refusal(NOT_ALLOWED, "A folder cannot be put.");
        }
        Optional<Entry> before = check(exchange, path); // spares the body when it fails already
        cloud.space().prepare();
        long size = Math.max(0, exchange.length());
        try (var room = cloud.space().reserve(size, before.map(Entry::size).orElse(0L));
                var upload = new Upload(cloud.disk())) {
            upload.receive(exchange, cloud.space(), room);
            boolean isNew;
            try (var _ = cloud.locks().write(path)) {
                Optional<Entry> old = check(exchange, path);
                isNew = old.isEmpty();
                publish(exchange, upload, path);
                room.settle(upload.size() - old.map(Entry::size).orElse(0L));
                cloud.disk().entry(path).ifPresent(entry -> exchange.setHeader("ETag", entry.etag()));
            }
            cloud.waiters().appeared(path);
            exchange.finish(isNew ? 201 : 204);
        }
    }

    private Optional<Entry> check(Exchange exchange, DavPath path) throws IOException, Refusal {
        cloud.requireWritable(path);
        Optional<Entry> entry = cloud.disk().entry(path);
        if (entry.filter(Entry::folder).isPresent()) {
            throw new Refusal(NOT_ALLOWED, "A folder is there.");
        }
        cloud.check(exchange, path, entry);
        cloud.requireUnlocked(exchange, path, entry, Cloud.Change.CONTENT);
        return entry;
    }

    private void publish(Exchange exchange, Upload upload, DavPath path) throws IOException, Refusal {
        if (!Preconditions.onlyIfAbsent(exchange)) {
            cloud.disk().publish(upload.file(), path);
        } else if (!cloud.disk().publishNew(upload.file(), path)) {
            throw new Refusal(PRECONDITION_FAILED, "It is there already.");
        }
    }
}
