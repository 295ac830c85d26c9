package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.format.NodeType;
import aloft.tree.Drive.Attributes;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Names and attributes of a drive as a kernel keeps them that believes what it knows until it is told otherwise. */
record KernelView(Map<String, Attributes> known) {

    static KernelView of(Drive drive, Collection<String> paths) throws FsException {
        Map<String, Attributes> known = new TreeMap<>();
        known.put("/", drive.stat("/"));
        for (String path : paths) {
            known.put(path, drive.stat(path));
        }
        return new KernelView(known);
    }

    /** Whatever is otherwise now, by no call of the kernel, it was told of: at that path or by a folder that led there. */
    void mustHaveBeenTold(Collection<String> told, KernelView now) {
        var all = new TreeSet<String>(known.keySet());
        all.addAll(now.known.keySet());
        for (String path : all) {
            assertThat(isKnown(path, told, now))
                    .as("the kernel knows %s of %s, where there is %s; it was told of %s", known.get(path),
                            path,
                            now.known.get(path), told)
                    .isTrue();
        }
    }

    private boolean isKnown(String path, Collection<String> told, KernelView now) {
        Attributes before = known.get(path);
        Attributes after = now.known.get(path);
        return Objects.equals(before, after) || told.contains(path) || isListOf(before, after, path, told)
                || isNewFolder(parent(path), told, now);
    }

    /** The list and the times of a folder are forgotten with an entry of it. */
    private static boolean isListOf(@Nullable Attributes before, @Nullable Attributes after, String path,
            Collection<String> told) {
        return before != null && after != null && before.id() == after.id()
                && before.type() == NodeType.FOLDER
                && told.stream().anyMatch(each -> parent(each).equals(path));
    }

    /** What lies in a folder is looked up anew when the folder itself is another one. */
    private boolean isNewFolder(String folder, Collection<String> told, KernelView now) {
        if (folder.equals("/")) {
            return false;
        }
        Attributes before = known.get(folder);
        Attributes after = now.known.get(folder);
        boolean same = before != null && after != null && before.id() == after.id();
        return same ? isNewFolder(parent(folder), told, now) : isKnown(folder, told, now);
    }

    private static String parent(String path) {
        int end = path.lastIndexOf('/');
        return end <= 0 ? "/" : path.substring(0, end);
    }
}
