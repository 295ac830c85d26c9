package aloft.desktop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Folders that KDE's indexer leaves out, in the text of its settings ({@code baloofilerc}). It would go through the whole
 * home else. What was added is noted in a group of its own, so that what the user has set stays. Not thread safe.
 */
final class BalooFolders {

    private static final String GROUP = "[General]";
    private static final String OURS = "[Aloft]";
    private static final String ADDED = "added=";
    private static final Pattern EXCLUDED = Pattern.compile("exclude folders(\\[\\$e])?=.*");
    /** What has a meaning of its own in a list of settings. */
    private static final Pattern PLAIN = Pattern.compile("[^\\p{Cntrl},\\\\$\\[]+");

    private BalooFolders() {}

    /** @param text without folders of ours */
    static String with(String text, List<Path> drives) {
        List<String> lines = lines(text);
        int line = find(lines);
        List<String> folders = line < 0 ? new ArrayList<>() : values(lines.get(line));
        List<String> added = drives.stream()
                .map(each -> each + "/")
                .filter(each -> PLAIN.matcher(each).matches() && !folders.contains(each))
                .toList();
        if (added.isEmpty()) {
            return text;
        }
        folders.addAll(added);
        if (line >= 0) {
            lines.set(line, key(lines.get(line)) + String.join(",", folders));
        } else {
            int group = lines.indexOf(GROUP);
            if (group < 0) {
                lines.addAll(0, List.of(GROUP));
                group = 0;
            }
            lines.add(group + 1, "exclude folders[$e]=" + String.join(",", folders));
        }
        lines.addAll(List.of(OURS, ADDED + String.join(",", added)));
        return String.join("\n", lines) + "\n";
    }

    /** Takes back what {@link #with} added. */
    static String without(String text) {
        List<String> lines = lines(text);
        int ours = lines.indexOf(OURS);
        if (ours < 0 || ours + 1 >= lines.size() || !lines.get(ours + 1).startsWith(ADDED)) {
            return text;
        }
        List<String> added = values(lines.get(ours + 1));
        lines.subList(ours, ours + 2).clear();
        int line = find(lines);
        if (line >= 0) {
            List<String> folders = values(lines.get(line));
            folders.removeAll(added);
            if (folders.isEmpty()) {
                lines.remove(line);
            } else {
                lines.set(line, key(lines.get(line)) + String.join(",", folders));
            }
        }
        if (lines.equals(List.of(GROUP))) {
            lines.clear();
        }
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static List<String> lines(String text) {
        return new ArrayList<>(text.lines().toList());
    }

    /** Of the line in its group, -1 when there is none. */
    private static int find(List<String> lines) {
        int group = lines.indexOf(GROUP);
        for (int i = group + 1; group >= 0 && i < lines.size() && !lines.get(i).startsWith("["); i++) {
            if (EXCLUDED.matcher(lines.get(i)).matches()) {
                return i;
            }
        }
        return -1;
    }

    private static String key(String line) {
        return line.substring(0, line.indexOf('=') + 1);
    }

    private static List<String> values(String line) {
        return new ArrayList<>(Arrays.stream(line.substring(line.indexOf('=') + 1).split(","))
                .filter(each -> !each.isEmpty())
                .toList());
    }
}
