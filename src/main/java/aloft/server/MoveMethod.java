package aloft.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;

/** MOVE of an object or of a folder with all it holds. */
final class MoveMethod implements Method {

    private final Cloud cloud;

    MoveMethod(Cloud cloud) {
        this.cloud = cloud;
    }

    @Override
    public void answer(Exchange exchange) throws IOException, Refusal {
        var relocation = Relocation.parse(cloud, exchange, EnumSet.of(Depth.INFINITY));
        cloud.space().prepare();
        DavPath from = relocation.from();
        DavPath to = relocation.to();
        Path gone;
        Optional<Entry> old;
        try (var _ = cloud.locks().write(from, to)) {
            old = relocation.check(exchange);
            Entry source = relocation.source();
            cloud.requireUnlocked(exchange, from, Optional.of(source), Cloud.Change.WHOLE);
            gone = relocation.place(source.file(), source.folder(), old);
            cloud.disk().syncParent(from);
            cloud.properties().move(from, to);
            cloud.writeLocks().removeWithin(from);
        }
        cloud.waiters().appearedWithin(to);
        if (gone != null) {
            cloud.discard(gone);
        }
        exchange.finish(old.isEmpty() ? 201 : 204);
    }
}
