package aloft.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;

/** COPY of an object, or of a folder with all it holds or with nothing of it. */
final class CopyMethod implements Method {

    private final Cloud cloud;

    CopyMethod(Cloud cloud) {
        this.cloud = cloud;
    }

    @Override
    public void answer(Exchange exchange) throws IOException, Refusal {
        var relocation = Relocation.parse(cloud, exchange, EnumSet.of(Depth.ZERO, Depth.INFINITY));
        DavPath to = relocation.to();
        relocation.check(exchange);
        cloud.space().prepare();
        Path gone;
        Optional<Entry> old;
        try (var copy = new TreeCopy(cloud.disk(), relocation.source(), relocation.deep());
                var room = cloud.space().reserve(copy.size(), 0)) {
            copy.make(cloud.space());
            try (var _ = cloud.locks().write(relocation.from(), to)) {
                old = relocation.check(exchange);
                gone = relocation.place(copy.file(), copy.isFolder(), old);
                room.settle(copy.size());
                cloud.properties().copy(relocation.from(), to, copy.resources());
            }
        }
        cloud.waiters().appearedWithin(to);
        if (gone != null) {
            cloud.discard(gone);
        }
        exchange.finish(old.isEmpty() ? 201 : 204);
    }
}
