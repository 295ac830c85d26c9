package aloft.server;

import static aloft.server.Refusal.BAD_REQUEST;

import aloft.server.Xml.Element;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** LOCK: takes a lock, also on what does not exist yet, which then is an empty object; or refreshes one. */
final class LockMethod implements Method {

    private static final Duration DEFAULT_TIME = Duration.ofMinutes(10);
    private static final Pattern SECONDS = Pattern.compile("Second-(\\d{1,10})", Pattern.CASE_INSENSITIVE);

    private final Cloud cloud;

    LockMethod(Cloud cloud) {
        this.cloud = cloud;
    }

    @Override
    public void answer(Exchange exchange) throws IOException, Refusal {
        DavPath path = exchange.path();
        byte[] body = exchange.body(Xml.MAX_BODY);
        Duration time = time(exchange.header("Timeout"));
        if (body.length == 0) {
            cloud.check(exchange, path, cloud.disk().entry(path));
            var tokens = IfHeader.parse(exchange.header("If"), exchange, path).tokens();
            finish(exchange, 200, cloud.writeLocks().refresh(path, tokens, time));
        } else {
            take(exchange, path, Xml.parse(body), time);
        }
    }

    private void take(Exchange exchange, DavPath path, Element info, Duration time)
            throws IOException, Refusal {
        Element scope = info.child("lockscope").orElseThrow(LockMethod::malformed);
        boolean exclusive = scope.child("exclusive").isPresent();
        boolean write = info.child("locktype").flatMap(type -> type.child("write")).isPresent();
        if (!info.is("lockinfo") || !write || exclusive == scope.child("shared").isPresent()) {
            throw malformed();
        }
        boolean deep = Depth.of(exchange, EnumSet.of(Depth.ZERO, Depth.INFINITY)) == Depth.INFINITY;
        WriteLock lock;
        boolean isNew;
        try (var _ = cloud.locks().write(path)) {
            Optional<Entry> entry = cloud.disk().entry(path);
            cloud.check(exchange, path, entry);
            isNew = entry.isEmpty();
            if (isNew) {
                cloud.requireWritable(path);
                cloud.requireUnlocked(exchange, path, entry, Cloud.Change.CONTENT);
            }
            lock = cloud.writeLocks().lock(path, deep, exclusive, info.child("owner").orElse(null), time);
            if (isNew) {
                makeEmpty(path, lock);
            }
        }
        exchange.setHeader("Lock-Token", "<" + lock.token() + ">");
        finish(exchange, isNew ? 201 : 200, lock);
    }

    private void makeEmpty(DavPath path, WriteLock lock) throws IOException, Refusal {
        try (var empty = new Upload(cloud.disk(), cloud.disk().scratch().fresh())) {
            empty.finish(cloud.space());
            cloud.disk().publish(empty.file(), path);
        } catch (IOException | Refusal e) {
            cloud.writeLocks().unlock(path, lock.token());
            throw e;
        }
    }

    private static void finish(Exchange exchange, int status, WriteLock lock) throws IOException {
        exchange.finish(status, "application/xml; charset=utf-8",
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:prop xmlns:D=\"DAV:\"><D:lockdiscovery>"
                        + lock.xml()
                        + "</D:lockdiscovery></D:prop>\n");
    }

    /** The first time that makes sense; {@code Infinite} is cut by the table. */
    private static Duration time(@Nullable String header) {
        if (header == null) {
            return DEFAULT_TIME;
        }
        var seconds = SECONDS.matcher(header);
        if (seconds.find()) {
            return Duration.ofSeconds(Math.max(1, Long.parseLong(seconds.group(1))));
        }
        return DEFAULT_TIME;
    }

    private static Refusal malformed() {
        return new Refusal(BAD_REQUEST, "The body is not a lockinfo of a write lock.");
    }
}
