package aloft.server;

import static aloft.server.Refusal.NOT_ALLOWED;
import static aloft.server.Refusal.UNSUPPORTED_MEDIA;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;

/** MKCOL: exactly one of many that make the same folder succeeds. */
final class MkcolMethod implements Method {

    private final Cloud cloud;

    MkcolMethod(Cloud cloud) {
        this.cloud = cloud;
    }

    @Override
    public void answer(Exchange exchange) throws IOException, Refusal {
        DavPath path = exchange.path();
        if (exchange.length() != 0) {
            throw new Refusal(UNSUPPORTED_MEDIA, "A new folder takes no body.");
        }
        if (cloud.disk().entry(path).isPresent()) {
            throw new Refusal(NOT_ALLOWED, "It is there already.");
        }
        cloud.requireWritable(path);
        try (var _ = cloud.locks().write(path)) {
            var entry = cloud.disk().entry(path);
            cloud.check(exchange, path, entry);
            cloud.requireUnlocked(exchange, path, entry, Cloud.Change.CONTENT);
            cloud.disk().makeFolder(path);
        } catch (FileAlreadyExistsException e) {
            throw new Refusal(NOT_ALLOWED, "It is there already.");
        }
        exchange.finish(201);
    }
}
