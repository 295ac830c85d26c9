package aloft.server;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;

/** The properties that the server computes; none can be set (RFC 4918, section 15; RFC 4331). */
enum LiveProperty {
    RESOURCE_TYPE("resourcetype", true),
    CREATION_DATE("creationdate", true),
    LAST_MODIFIED("getlastmodified", true),
    CONTENT_LENGTH("getcontentlength", true),
    CONTENT_TYPE("getcontenttype", true),
    ETAG("getetag", true),
    SUPPORTED_LOCK("supportedlock", true),
    LOCK_DISCOVERY("lockdiscovery", true),
    QUOTA_AVAILABLE("quota-available-bytes", false),
    QUOTA_USED("quota-used-bytes", false);

    private static final Map<QName, LiveProperty> BY_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(LiveProperty::qname, Function.identity()));
    private static final String BOTH_LOCKS = "<D:lockentry><D:lockscope><D:exclusive/></D:lockscope>"
            + "<D:locktype><D:write/></D:locktype></D:lockentry>"
            + "<D:lockentry><D:lockscope><D:shared/></D:lockscope>"
            + "<D:locktype><D:write/></D:locktype></D:lockentry>";

    private final String name;
    private final boolean unasked;

    LiveProperty(String name, boolean unasked) {
        this.name = name;
        this.unasked = unasked;
    }

    static @Nullable LiveProperty orNull(QName name) {
        return BY_NAME.get(name);
    }

    QName qname() {
        return Xml.dav(name);
    }

    /** Whether {@code allprop} gives it. */
    boolean isGivenUnasked() {
        return unasked;
    }

    /** Content as XML with the prefix D; null where the resource has no such property. */
    @Nullable
    String contentOrNull(Entry entry, Surroundings around) throws IOException {
        boolean folder = entry.folder();
        return switch (this) {
            case RESOURCE_TYPE -> folder ? "<D:collection/>" : "";
            case CREATION_DATE -> internetDate(entry.created());
            case LAST_MODIFIED -> Preconditions.httpDate(entry.modified());
            case CONTENT_LENGTH -> folder ? null : Long.toString(entry.size());
            case CONTENT_TYPE -> folder ? null : "application/octet-stream";
            case ETAG -> folder ? null : XmlText.escape(entry.etag());
            case SUPPORTED_LOCK -> BOTH_LOCKS;
            case LOCK_DISCOVERY -> around.locks(entry.path());
            case QUOTA_AVAILABLE -> folder ? Long.toString(around.space().free()) : null;
            case QUOTA_USED -> folder ? Long.toString(around.space().used()) : null;
        };
    }

    /** What a property needs besides the resource itself. */
    interface Surroundings {
        Space.Report space() throws IOException;

        /** The elements {@code activelock} of all locks that cover the path. */
        String locks(DavPath path);
    }

    private static String internetDate(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
