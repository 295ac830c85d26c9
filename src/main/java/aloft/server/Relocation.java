package aloft.server;

import static aloft.server.Refusal.FORBIDDEN;
import static aloft.server.Refusal.NOT_FOUND;
import static aloft.server.Refusal.PRECONDITION_FAILED;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What COPY and MOVE have in common: where from, where to, and what happens to what is there. */
record Relocation(Cloud cloud, DavPath from, DavPath to, boolean overwrite, boolean deep) {

    static Relocation parse(Cloud cloud, Exchange exchange, Set<Depth> depths) throws Refusal {
        DavPath from = exchange.path();
        DavPath to = Destination.parse(exchange.header("Destination"), exchange);
        if (from.isWithin(to) || to.isWithin(from)) {
            throw new Refusal(FORBIDDEN, "Neither may lie within the other.");
        }
        boolean deep = Depth.of(exchange, depths) == Depth.INFINITY;
        String overwrite = exchange.header("Overwrite");
        return new Relocation(cloud, from, to, overwrite == null || !overwrite.strip().equalsIgnoreCase("F"),
                deep);
    }

    Entry source() throws IOException, Refusal {
        return cloud.disk().entry(from).orElseThrow(() -> new Refusal(NOT_FOUND, "There is nothing here."));
    }

    /** Checks all that the request says about both ends; returns what is at the destination. */
    Optional<Entry> check(Exchange exchange) throws IOException, Refusal {
        cloud.check(exchange, from, Optional.of(source()));
        cloud.requireWritable(to);
        Optional<Entry> old = cloud.disk().entry(to);
        cloud.requireUnlocked(exchange, to, old, Cloud.Change.WHOLE);
        if (old.isPresent() && !overwrite) {
            throw inTheWay();
        }
        return old;
    }

    /**
     * Puts a file or folder at the destination, under the locks of both ends.
     *
     * @param old what {@link #check} found there under the same locks
     * @return what had to be taken away, for {@link Cloud#discard}, null when nothing had to
     */
    @Nullable
    Path place(Path finished, boolean folder, Optional<Entry> old) throws IOException, Refusal {
        if (old.isPresent() && (folder || old.get().folder())) {
            Path gone = cloud.disk().takeOut(to);
            cloud.disk().publish(finished, to);
            return gone;
        }
        if (folder || overwrite) {
            cloud.disk().publish(finished, to);
            cloud.space().changed(-old.map(Entry::size).orElse(0L));
        } else if (!cloud.disk().publishNew(finished, to)) {
            throw inTheWay();
        }
        return null;
    }

    private static Refusal inTheWay() {
        return new Refusal(PRECONDITION_FAILED, "Something is at the destination.");
    }
}
