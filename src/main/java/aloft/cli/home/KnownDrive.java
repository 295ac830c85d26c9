package aloft.cli.home;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a place that was mounted once.
 *
 * @param name    of letters, digits, '.', '-' and '_'
 * @param folder  the mount point
 * @param options how to mount it
 */
public record KnownDrive(String name, Place place, Path folder, Options options) {

    /** The longest name; it has to fit into the path of a socket. */
    static final int MAX_NAME = 48;

    public KnownDrive {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a name of a drive");
        }
    }

    /** Whether it can be the name of a drive. */
    public static boolean isName(String text) {
        return text.length() <= MAX_NAME && text.matches("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]*");
    }

    /** Where its database, journal and log are. */
    public Path state(Folders folders) {
        Path own = options.stateFolder();
        return own == null ? folders.state().resolve(name) : own;
    }

    /** Where its cache is. */
    public Path cache(Folders folders) {
        Path own = options.cacheFolder();
        return own == null ? folders.cache().resolve(name) : own;
    }

    public KnownDrive at(Path mountPoint) {
        return new KnownDrive(name, place, mountPoint, options);
    }

    /** All of it but the name, for a file or another process. */
    public Map<String, String> write() {
        var values = new LinkedHashMap<String, String>();
        values.put("place", place.text());
        values.put("folder", folder.toString());
        values.putAll(options.write());
        return values;
    }

    /** @throws IllegalArgumentException when something is missing or not understood */
    public static KnownDrive read(String name, Map<String, String> values) {
        String place = values.get("place");
        String folder = values.get("folder");
        if (place == null || folder == null) {
            throw new IllegalArgumentException("[" + name + "] has no place or no folder");
        }
        try {
            return new KnownDrive(name, Place.parse(place), Path.of(folder), Options.read(values));
        } catch (Problem e) {
            throw new IllegalArgumentException("the place of [" + name + "] is not understood", e);
        }
    }

    /**
     * Null and false stand for the default.
     *
     * @param stateFolder  in place of the one under the user's state folder
     * @param cacheFolder  in place of the one under the user's cache folder
     * @param cacheLimit   bytes; null for a tenth of the disk
     * @param device       this computer's name in the vault; null for the host's
     * @param certificates a PEM file with authorities to trust besides the system's
     * @param insecure     whether a server may be asked without TLS
     * @param allowOther   whether other users of this computer may enter the drive
     */
    public record Options(@Nullable Path stateFolder, @Nullable Path cacheFolder, @Nullable Long cacheLimit,
            @Nullable String device, @Nullable Path certificates, boolean insecure, boolean allowOther) {

        public static final Options DEFAULT = new Options(null, null, null, null, null, false, false);

        /** These, with the others' answers where these have the default. */
        public Options orElse(Options other) {
            return new Options(stateFolder != null ? stateFolder : other.stateFolder,
                    cacheFolder != null ? cacheFolder : other.cacheFolder,
                    cacheLimit != null ? cacheLimit : other.cacheLimit,
                    device != null ? device : other.device,
                    certificates != null ? certificates : other.certificates,
                    insecure || other.insecure, allowOther || other.allowOther);
        }

        Map<String, String> write() {
            var values = new LinkedHashMap<String, String>();
            put(values, "state-dir", stateFolder);
            put(values, "cache-dir", cacheFolder);
            put(values, "cache-size", cacheLimit);
            put(values, "device", device);
            put(values, "ca-file", certificates);
            put(values, "insecure", insecure ? "yes" : null);
            put(values, "allow-other", allowOther ? "yes" : null);
            return values;
        }

        static Options read(Map<String, String> values) {
            String limit = values.get("cache-size");
            return new Options(path(values.get("state-dir")), path(values.get("cache-dir")),
                    limit == null ? null : Long.valueOf(limit), values.get("device"),
                    path(values.get("ca-file")), "yes".equals(values.get("insecure")),
                    "yes".equals(values.get("allow-other")));
        }

        private static void put(Map<String, String> values, String key, @Nullable Object value) {
            if (value != null) {
                values.put(key, value.toString());
            }
        }

        private static @Nullable Path path(@Nullable String text) {
            return text == null ? null : Path.of(text);
        }
    }
}
