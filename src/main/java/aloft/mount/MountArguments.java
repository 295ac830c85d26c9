package aloft.mount;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line that a FUSE library takes. */
final class MountArguments {

    /** The most that libfuse 2 reads or writes at once. */
    private static final int REQUEST = 128 << 10;

    /** For a library, or a drive, that does not tell the kernel of changes. */
    private static final int SHORT_SECONDS = 1;

    private static final int LONG_SECONDS = 3600;

    private MountArguments() {}

    /** @param tells whether the kernel is told of changes, so that it may keep what it knows */
    static String[] of(Path folder, MountOptions options, boolean tells) {
        return new String[]{"aloft", folder.toString(), "-f", "-o", String.join(",", words(options, tells))};
    }

    private static List<String> words(MountOptions options, boolean tells) {
        int seconds = tells ? LONG_SECONDS : SHORT_SECONDS;
        var words = new ArrayList<String>(List.of(
                "subtype=aloft",
                "fsname=" + oneWord(options.source()),
                "nosuid",
                "nodev",
                // permissions are checked by the kernel, from mode and owner
                "default_permissions",
                "use_ino",
                // an unlinked open file stays reachable by its handle, not by a hidden name
                "hard_remove",
                "atomic_o_trunc",
                "big_writes",
                "max_read=" + REQUEST,
                "max_write=" + REQUEST,
                // readers of what is not here wait long: let many of them wait
                "max_background=64",
                "congestion_threshold=48",
                "attr_timeout=" + seconds,
                "entry_timeout=" + seconds,
                "negative_timeout=" + (tells ? LONG_SECONDS : 0)));
        if (options.allowOther()) {
            words.add("allow_other");
        }
        return words;
    }

    /** Commas part options, and the table of mounts is a line of words. */
    private static String oneWord(String source) {
        return source.isEmpty() ? "aloft" : source.replaceAll("[\\s,\\\\\\p{Cntrl}]", "_");
    }
}
