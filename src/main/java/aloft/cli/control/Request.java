package aloft.cli.control;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command asks of a running drive: the first and only line that it sends. Paths are within the
 * drive, one char for each byte.
 */
public sealed interface Request {

    /** The version of the talk; a drive answers no other. */
    long VERSION = 1;

    /** Answered by one status. */
    record Status() implements Request {}

    /** Answered by a status now and after each change, until the command goes away. */
    record Watch() implements Request {}

    /** Answered by one entry. */
    record PathStatus(String path) implements Request {}

    /** Answered by the entries of a folder. */
    record ListFolder(String path) implements Request {}

    record Pin(String path) implements Request {}

    /** Answered by progress until everything below the path is on this device. */
    record AwaitPinned(String path) implements Request {}

    record Unpin(String path) implements Request {}

    /** Answered by the bytes freed. */
    record Free(String path) implements Request {}

    /** Answered by progress until everything below the path is in the cloud. */
    record AwaitUploaded(String path) implements Request {}

    /**
     * Answered by progress, and by each fault that is found.
     *
     * @param repair whether to heal
     */
    record Verify(boolean repair) implements Request {}

    /**
     * Answered by progress, and when the drive is unmounted.
     *
     * @param now leaves what is not in the cloud yet for the next mount
     */
    record Unmount(boolean now) implements Request {}

    default Map<String, @Nullable Object> write() {
        return switch (this) {
            case Status() -> message("status", null);
            case Watch() -> message("watch", null);
            case PathStatus(String path) -> message("path", path);
            case ListFolder(String path) -> message("list", path);
            case Pin(String path) -> message("pin", path);
            case AwaitPinned(String path) -> message("await-pinned", path);
            case Unpin(String path) -> message("unpin", path);
            case Free(String path) -> message("free", path);
            case AwaitUploaded(String path) -> message("await-uploaded", path);
            case Verify(boolean repair) -> message(repair ? "repair" : "verify", null);
            case Unmount(boolean now) -> message(now ? "unmount-now" : "unmount", null);
        };
    }

    /** @throws IllegalArgumentException when it is of another version or not understood */
    static Request read(Map<String, @Nullable Object> message) {
        var fields = new Fields(message);
        if (fields.number("aloft") != VERSION) {
            throw new IllegalArgumentException("the drive runs another version of Aloft than this command");
        }
        String verb = fields.text("do");
        return switch (verb) {
            case "status" -> new Status();
            case "watch" -> new Watch();
            case "path" -> new PathStatus(path(fields));
            case "list" -> new ListFolder(path(fields));
            case "pin" -> new Pin(path(fields));
            case "await-pinned" -> new AwaitPinned(path(fields));
            case "unpin" -> new Unpin(path(fields));
            case "free" -> new Free(path(fields));
            case "await-uploaded" -> new AwaitUploaded(path(fields));
            case "verify" -> new Verify(false);
            case "repair" -> new Verify(true);
            case "unmount" -> new Unmount(false);
            case "unmount-now" -> new Unmount(true);
            default -> throw new IllegalArgumentException("the drive does not know how to '" + verb + "'");
        };
    }

    private static String path(Fields fields) {
        String path = fields.text("path");
        if (!path.startsWith("/") || path.chars().anyMatch(c -> c == 0 || c > 0xFF)) {
            throw new IllegalArgumentException("not a path within the drive");
        }
        return path;
    }

    private static Map<String, @Nullable Object> message(String verb, @Nullable String path) {
        var message = new LinkedHashMap<String, @Nullable Object>();
        message.put("aloft", VERSION);
        message.put("do", verb);
        if (path != null) {
            message.put("path", path);
        }
        return message;
    }
}
