package aloft.server;

import static aloft.server.Refusal.FORBIDDEN;
import static aloft.server.Refusal.NOT_FOUND;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;

/** DELETE of an object or of a folder with all it holds, in one step as others see it. */
final class DeleteMethod implements Method {

    private final Cloud cloud;

    DeleteMethod(Cloud cloud) {
        this.cloud = cloud;
    }

    @Override
    public void answer(Exchange exchange) throws IOException, Refusal {
        DavPath path = exchange.path();
        if (path.isRoot()) {
            throw new Refusal(FORBIDDEN, "The root cannot be deleted.");
        }
        cloud.space().prepare();
        Path gone;
        try (var _ = cloud.locks().write(path)) {
            Optional<Entry> entry = cloud.disk().entry(path);
            cloud.check(exchange, path, entry);
            if (entry.isEmpty()) {
                throw new Refusal(NOT_FOUND, "There is nothing here.");
            }
            if (entry.get().folder()) {
                Depth.of(exchange, EnumSet.of(Depth.INFINITY));
            }
            cloud.requireUnlocked(exchange, path, entry, Cloud.Change.WHOLE);
            cloud.properties().remove(path);
            gone = cloud.disk().takeOut(path);
            cloud.writeLocks().removeWithin(path);
        }
        cloud.discard(gone);
        exchange.finish(204);
    }
}
