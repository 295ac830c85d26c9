package aloft.cli.home;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a path that the user typed means.
 *
 * @param path  within the drive, one char for each byte, as {@link aloft.tree.Drive} has it
 */
public record Located(MountedDrive drive, String path) {

    /**
     * Finds the drive that a path lies in, following links in all but its last part.
     *
     * @param typed as {@link RawText}
     */
    public static Located find(String typed, Folders folders) throws Problem, IOException {
        String path = resolve(typed);
        Optional<MountedDrive> drive = MountedDrive.all(folders)
                .stream()
                .filter(each -> isWithin(path, each.folder()))
                .max(Comparator.comparingInt(each -> each.folder().getNameCount()));
        if (drive.isPresent()) {
            String inside = path.substring(rootless(drive.get().folder()).length());
            return new Located(drive.get(), inside.isEmpty() ? "/" : RawText.toRaw(inside));
        }
        for (KnownDrive known : new KnownDrives(folders).all()) {
            if (isWithin(path, known.folder())) {
                throw new Problem(Exit.FOLDER_MISSING, "The drive at " + known.folder()
                        + " is not mounted. Mount it with: aloft mount " + known.name());
            }
        }
        throw new Problem(Exit.FOLDER_MISSING,
                typed + " is not in a drive of Aloft. What is mounted, and where, says: aloft");
    }

    private static boolean isWithin(String path, Path folder) {
        return (path + "/").startsWith(rootless(folder) + "/");
    }

    /** The folder as a prefix: "" for "/". */
    private static String rootless(Path folder) {
        return folder.getNameCount() == 0 ? "" : folder.toString();
    }

    private static String resolve(String typed) {
        String bare = typed.length() > 1 ? typed.replaceAll("/+$", "/") : typed;
        int slash = bare.lastIndexOf('/');
        String last = bare.substring(slash + 1);
        if (last.isEmpty() || last.equals(".") || last.equals("..")) {
            return Posix.realPath(bare.isEmpty() ? "." : bare).orElseGet(() -> normal(typed));
        }
        String parent = slash < 0 ? "." : bare.substring(0, slash + 1);
        return Posix.realPath(parent)
                .map(real -> (real.equals("/") ? "" : real) + "/" + last)
                .orElseGet(() -> normal(typed));
    }

    /** By the letters alone, for what cannot be followed, such as a drive whose process is gone. */
    private static String normal(String typed) {
        String whole = typed.startsWith("/") ? typed : System.getProperty("user.dir") + "/" + typed;
        var parts = new ArrayDeque<String>();
        for (String part : List.of(whole.split("/"))) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }
}
