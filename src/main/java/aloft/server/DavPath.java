package aloft.server;

import static aloft.server.Refusal.BAD_REQUEST;
import static aloft.server.Refusal.URI_TOO_LONG;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The path of a resource below the root: names in canonical form, none for the root itself.
 *
 * <p>
 * The canonical form of a name is the same in URLs, on the disk and in the log: the unreserved characters
 * of RFC 3986 as they are, every other byte as {@code %XX} in upper case. So it is plain ASCII whatever
 * the locale, and no path can reach a file whose name is not canonical, which is how {@link Scratch} is
 * out of reach.
 */
record DavPath(List<String> names) {

    static final DavPath ROOT = new DavPath(List.of());

    /** What the file systems of Linux allow a name to have. */
    private static final int MAX_NAME = 255;
    /** Leaves room for the root below PATH_MAX. */
    private static final int MAX_LENGTH = 2048;
    private static final int MAX_DEPTH = 64;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    DavPath {
        names = List.copyOf(names);
    }

    /** @param raw the path of a request or a Destination, as sent, with '/' in front */
    static DavPath parse(String raw) throws Refusal {
        if (!raw.startsWith("/")) {
            throw new Refusal(BAD_REQUEST, "The path does not begin with a slash.");
        }
        var names = new ArrayList<String>();
        int length = 0;
        for (String segment : raw.split("/", -1)) {
            if (segment.isEmpty()) {
                continue;
            }
            String name = encode(decode(segment));
            length += name.length() + 1;
            if (name.length() > MAX_NAME || length > MAX_LENGTH || names.size() == MAX_DEPTH) {
                throw new Refusal(URI_TOO_LONG, "The path or a name in it is too long.");
            }
            names.add(name);
        }
        return new DavPath(names);
    }

    boolean isRoot() {
        return names.isEmpty();
    }

    /** The root's parent is the root. */
    DavPath parent() {
        return isRoot() ? this : new DavPath(names.subList(0, names.size() - 1));
    }

    DavPath child(String canonicalName) {
        var all = new ArrayList<>(names);
        all.add(canonicalName);
        return new DavPath(all);
    }

    /** True for the folder itself as well. */
    boolean isWithin(DavPath folder) {
        return names.size() >= folder.names.size()
                && names.subList(0, folder.names.size()).equals(folder.names);
    }

    /** The place of this path, which is within {@code from}, when {@code from} is at {@code to}. */
    DavPath moved(DavPath from, DavPath to) {
        var all = new ArrayList<>(to.names);
        all.addAll(names.subList(from.names.size(), names.size()));
        return new DavPath(all);
    }

    /** Absolute path for an answer; a folder's ends with a slash. */
    String href(boolean folder) {
        return isRoot() ? "/" : this + (folder ? "/" : "");
    }

    /** The last name for people, empty for the root; bytes that are not UTF-8 are replaced. */
    String displayName() {
        return isRoot() ? "" : new String(bytesOf(names.getLast()), StandardCharsets.UTF_8);
    }

    /** Whether a file of that name on the disk is one of ours to show. */
    static boolean isCanonical(String diskName) {
        for (int i = 0; i < diskName.length(); i++) {
            char c = diskName.charAt(i);
            if (c == '%') {
                if (i + 2 >= diskName.length() || !isUpperHex(diskName.charAt(i + 1))
                        || !isUpperHex(diskName.charAt(i + 2))
                        || isPlain(HexFormat.fromHexDigits(diskName, i + 1, i + 3))) {
                    return false;
                }
                i += 2;
            } else if (!isPlain(c)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "/" + String.join("/", names);
    }

    private static byte[] decode(String segment) throws Refusal {
        byte[] bytes;
        try {
            bytes = bytesOf(segment);
        } catch (IllegalArgumentException e) {
            throw new Refusal(BAD_REQUEST, "The path has a bad percent escape.");
        }
        for (byte b : bytes) {
            if (b == 0 || b == '/') {
                throw new Refusal(BAD_REQUEST, "A name in the path has a NUL or a slash.");
            }
        }
        if (bytes[0] == '.' && (bytes.length == 1 || bytes.length == 2 && bytes[1] == '.')) {
            throw new Refusal(BAD_REQUEST, "The path has a dot segment.");
        }
        return bytes;
    }

    private static byte[] bytesOf(String escaped) {
        var bytes = new ByteArrayOutputStream(escaped.length());
        byte[] raw = escaped.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                bytes.write(raw[i]);
                continue;
            }
            if (i + 2 >= raw.length) {
                throw new IllegalArgumentException("cut escape");
            }
            bytes.write(HexFormat.fromHexDigit(raw[i + 1]) << 4 | HexFormat.fromHexDigit(raw[i + 2]));
            i += 2;
        }
        return bytes.toByteArray();
    }

    private static String encode(byte[] bytes) {
        var name = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            if (isPlain(b)) {
                name.append((char) b);
            } else {
                name.append('%').append(HEX.toHexDigits(b));
            }
        }
        return name.toString();
    }

    /** RFC 3986, unreserved. */
    private static boolean isPlain(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || c == '-' || c == '.' || c == '_' || c == '~';
    }

    private static boolean isUpperHex(char c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'F';
    }
}
