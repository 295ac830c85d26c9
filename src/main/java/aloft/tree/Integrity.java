package aloft.tree;

import aloft.failure.Failure;
import aloft.sync.Damage;
import aloft.sync.DownloadListener;
import aloft.sync.Downloader;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says which files are damaged in the cloud: a line in the log for each part, and in words for the user. */
final class Integrity implements DownloadListener {

    private static final System.Logger LOG = System.getLogger(Integrity.class.getName());
    private static final int MOST_TOLD = 50;

    private final Tree tree;
    private final Downloader downloader;

    Integrity(Tree tree, Downloader downloader) {
        this.tree = tree;
        this.downloader = downloader;
    }

    @Override
    public void damaged(Damage damage, Failure why) {
        LOG.log(Level.ERROR, "INTEGRITY: {0}: {1} bytes at offset {2} of object {3} cannot be read: {4}",
                path(damage.file()), Integer.toString(damage.length()), Integer.toString(damage.offset()),
                damage.object(), why.getMessage());
    }

    /** One sentence for each file. */
    List<String> errors() {
        Map<Long, String> errors = new LinkedHashMap<>();
        List<Damage> damages = downloader.damages();
        for (Damage damage : damages) {
            if (errors.size() < MOST_TOLD && !errors.containsKey(damage.file())) {
                long parts = damages.stream().filter(other -> other.file() == damage.file()).count();
                errors.put(damage.file(), path(damage.file()) + " is damaged in the cloud: "
                        + (parts == 1 ? "a part" : parts + " parts") + " cannot be read, the first in object "
                        + damage.object() + " at byte " + damage.offset()
                        + ". What can be healed is healed by: aloft doctor --repair");
            }
        }
        return List.copyOf(errors.values());
    }

    private String path(long file) {
        String raw = tree.locked(names -> {
            Node node = names.nodeOrNull(file);
            return node == null ? "a file that is gone" : node.path();
        });
        return new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}", "?");
    }
}
