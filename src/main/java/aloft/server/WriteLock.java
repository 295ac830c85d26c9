package aloft.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A lock of RFC 4918, section 6.
 *
 * @param token an absolute URI
 * @param deep whether it covers all below the path as well
 * @param owner what the client says of the owner, null when nothing
 * @param time how long it lasts after its last refresh
 * @param end nanoseconds of the table's clock
 */
record WriteLock(String token, DavPath path, boolean deep, boolean exclusive, Xml.@Nullable Element owner,
        Duration time, long end) {

    boolean covers(DavPath other) {
        return path.equals(other) || deep && other.isWithin(path);
    }

    WriteLock until(Duration newTime, long newEnd) {
        return new WriteLock(token, path, deep, exclusive, owner, newTime, newEnd);
    }

    /** The element {@code activelock}. */
    String xml() {
        return "<D:activelock><D:locktype><D:write/></D:locktype><D:lockscope>"
                + (exclusive ? "<D:exclusive/>" : "<D:shared/>")
                + "</D:lockscope><D:depth>" + (deep ? "infinity" : "0") + "</D:depth>"
                + (owner == null ? "" : XmlText.of(owner))
                + "<D:timeout>Second-" + time.toSeconds() + "</D:timeout>"
                + "<D:locktoken><D:href>" + token + "</D:href></D:locktoken>"
                + "<D:lockroot><D:href>" + path.href(false) + "</D:href></D:lockroot></D:activelock>";
    }
}
