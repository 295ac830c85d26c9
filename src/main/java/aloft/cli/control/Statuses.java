package aloft.cli.control;

import aloft.cli.home.RawText;
import aloft.format.NodeType;
import aloft.tree.Drive.Attributes;
import aloft.tree.Drive.Space;
import aloft.tree.Keeping.DriveStatus;
import aloft.tree.Keeping.PathStatus;
import aloft.tree.Keeping.State;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** States of drives and paths as JSON, for the socket and for {@code --json}. */
public final class Statuses {

    private Statuses() {}

    public static Map<String, @Nullable Object> write(DriveStatus status) {
        var object = new LinkedHashMap<String, @Nullable Object>();
        object.put("place", status.place());
        object.put("head", status.head());
        object.put("online", status.online());
        object.put("pending", (long) status.pending());
        object.put("pendingBytes", status.pendingBytes());
        object.put("uploaded", status.uploaded());
        object.put("downloaded", status.downloaded());
        object.put("coming", status.coming());
        object.put("comingFiles", (long) status.comingFiles());
        object.put("cacheUsed", status.cacheUsed());
        object.put("cacheLimit", status.cacheLimit());
        Space space = status.space();
        if (space != null) {
            object.put("space",
                    Map.of("total", space.total(), "free", space.free(), "entries", space.entries()));
        }
        object.put("readOnly", status.readOnly());
        object.put("errors", status.errors());
        return object;
    }

    static DriveStatus readDrive(Fields fields) {
        return new DriveStatus(fields.text("place"), fields.number("head"), fields.flag("online"),
                Math.toIntExact(fields.number("pending")), fields.number("pendingBytes"),
                fields.number("uploaded"), fields.number("downloaded"), fields.number("coming"),
                Math.toIntExact(fields.number("comingFiles")), fields.number("cacheUsed"),
                fields.number("cacheLimit"), fields.has("space") ? readSpace(fields.object("space")) : null,
                fields.textOrNull("readOnly"), fields.texts("errors"));
    }

    private static Space readSpace(Fields fields) {
        return new Space(fields.number("total"), fields.number("free"), fields.number("entries"));
    }

    public static Map<String, @Nullable Object> write(PathStatus status) {
        Attributes attributes = status.attributes();
        var object = new LinkedHashMap<String, @Nullable Object>();
        object.put("path", status.path());
        object.put("state", status.state().text());
        object.put("pinned", status.pinned());
        object.put("type", attributes.type().name().toLowerCase(Locale.ROOT));
        object.put("size", attributes.size());
        object.put("stored", status.stored());
        object.put("mtime", attributes.mtime());
        object.put("ctime", attributes.ctime());
        object.put("mode", (long) attributes.mode());
        object.put("links", (long) attributes.links());
        object.put("id", attributes.id());
        object.put("disk", attributes.stored());
        object.put("target", status.target());
        return object;
    }

    /**
     * The same with paths as text for other programs; those that are no UTF-8 have their bytes in base64
     * beside it.
     */
    public static Map<String, @Nullable Object> forUsers(PathStatus status) {
        Map<String, @Nullable Object> object = write(status);
        addText(object, "path", status.path());
        String target = status.target();
        if (target != null) {
            addText(object, "target", target);
        }
        return object;
    }

    private static void addText(Map<String, @Nullable Object> object, String key, String raw) {
        byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
        object.put(key, new String(bytes, StandardCharsets.UTF_8));
        if (!RawText.isPlain(RawText.decode(bytes))) {
            object.put(key + "Bytes", Base64.getEncoder().encodeToString(bytes));
        }
    }

    static PathStatus readPath(Fields fields) {
        var attributes = new Attributes(fields.number("id"),
                NodeType.valueOf(fields.text("type").toUpperCase(Locale.ROOT)), fields.number("size"),
                fields.number("mtime"), fields.number("ctime"), Math.toIntExact(fields.number("mode")),
                Math.toIntExact(fields.number("links")), fields.number("disk"));
        return new PathStatus(fields.text("path"), attributes, readState(fields.text("state")),
                fields.flag("pinned"), fields.number("stored"), fields.textOrNull("target"));
    }

    private static State readState(String text) {
        return Arrays.stream(State.values())
                .filter(state -> state.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no state '" + text + "'"));
    }
}
