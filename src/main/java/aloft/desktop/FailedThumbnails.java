package aloft.desktop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The notes of file managers that a thumbnail could not be made (freedesktop.org, Thumbnail Managing Standard,
 * "Failures"). They would never try again, also when the file is on this device at last. Not thread safe.
 */
public final class FailedThumbnails {

    private static final byte[] URI = "tEXtThumb::URI\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int MOST_BYTES = 16 << 10;
    private static final int MOST_NOTES = 20_000;

    private final Path notes;
    private final String prefix;
    /** What each note is about, in the drive; empty for files elsewhere. */
    private final Map<Path, String> known = new HashMap<>();

    /**
     * @param cache XDG_CACHE_HOME
     * @param drive where the drive is mounted
     */
    public FailedThumbnails(Path cache, Path drive) {
        notes = cache.resolve("thumbnails/fail");
        prefix = new String((drive + "/").getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /**
     * Removes the notes about files that are here.
     *
     * @param isHere whether all of a file is on this device; paths begin with "/" in the drive, with one char (0 to
     *               255) for each byte
     */
    public void forget(Predicate<String> isHere) throws IOException {
        Set<Path> found = find();
        known.keySet().retainAll(found);
        for (Path note : found) {
            if (!known.containsKey(note)) {
                known.put(note, subject(note));
            }
        }
        for (Map.Entry<Path, String> each : known.entrySet()) {
            if (!each.getValue().isEmpty() && isHere.test(each.getValue())) {
                Files.deleteIfExists(each.getKey());
            }
        }
    }

    /** Each program has a folder of its own. */
    private Set<Path> find() throws IOException {
        var found = new HashSet<Path>();
        for (Path program : list(notes, "*")) {
            for (Path note : list(program, "*.png")) {
                if (found.size() >= MOST_NOTES) {
                    return found;
                }
                found.add(note);
            }
        }
        return found;
    }

    private static List<Path> list(Path folder, String names) throws IOException {
        var list = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(folder, names)) {
            files.forEach(list::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return list;
    }

    /** The file of the drive that a note is about. */
    private String subject(Path note) throws IOException {
        byte[] png;
        try (var in = Files.newInputStream(note)) {
            png = in.readNBytes(MOST_BYTES);
        } catch (NoSuchFileException e) {
            return "";
        }
        String text = new String(png, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(new String(URI, StandardCharsets.ISO_8859_1));
        if (at < Integer.BYTES) {
            return "";
        }
        int from = at + URI.length;
        int length = ByteBuffer.wrap(png).getInt(at - Integer.BYTES) - (URI.length - Integer.BYTES);
        if (length < 0 || length > png.length - from) {
            return "";
        }
        String uri = text.substring(from, from + length);
        String path = uri.startsWith("file:///") ? decoded(uri.substring("file://".length())) : "";
        return path.startsWith(prefix) ? path.substring(prefix.length() - 1) : "";
    }

    private static String decoded(String uri) {
        var path = new StringBuilder();
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c == '%' && i + 2 < uri.length() && Character.digit(uri.charAt(i + 1), 16) >= 0
                    && Character.digit(uri.charAt(i + 2), 16) >= 0) {
                c = (char) Integer.parseInt(uri.substring(i + 1, i + 3), 16);
                i += 2;
            }
            path.append(c);
        }
        return path.toString();
    }
}
