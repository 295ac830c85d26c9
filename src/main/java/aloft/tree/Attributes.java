package aloft.tree;

import aloft.format.NodeRow;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attributes that were changed on two devices: each one that was changed here is ours, the rest is theirs. */
final class Attributes {

    private Attributes() {}

    /** Leaves the node with theirs, but for what was changed here since {@code base}. */
    static void merge(Node node, NodeRow ours, @Nullable NodeRow base, NodeRow row) {
        boolean written = node.written;
        node.take(row);
        if (written) {
            node.size = ours.size();
            node.mtime = ours.mtime();
        } else if (base != null && ours.mtime() != base.mtime() && base.mtime() == row.mtime()) {
            node.mtime = ours.mtime();
        } else if (node instanceof Folder) {
            node.mtime = Math.max(ours.mtime(), row.mtime());
        }
        if (base != null && ours.mode() != base.mode()) {
            node.mode = ours.mode();
        }
        if (base != null && !Namespace.sameXattrs(ours.xattrs(), base.xattrs())) {
            node.xattrs = mergeXattrs(ours.xattrs(), base.xattrs(), row.xattrs());
        }
    }

    private static Map<String, byte[]> mergeXattrs(Map<String, byte[]> ours, Map<String, byte[]> base,
            Map<String, byte[]> theirs) {
        Map<String, byte[]> merged = new HashMap<>(theirs);
        base.keySet().stream().filter(key -> !ours.containsKey(key)).forEach(merged::remove);
        ours.forEach((key, value) -> {
            if (!Arrays.equals(value, base.get(key))) {
                merged.put(key, value);
            }
        });
        return merged;
    }
}
