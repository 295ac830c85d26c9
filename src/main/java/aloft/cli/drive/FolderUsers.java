package aloft.cli.drive;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which programs use a folder, as far as this user may see. */
final class FolderUsers {

    private static final int MOST = 5;

    private final Path processes;

    /** @param processes "/proc" but in tests */
    FolderUsers(Path processes) {
        this.processes = processes;
    }

    /** Names and process ids: "bash (4711), vim (815)"; empty when none is seen. */
    String of(Path folder) {
        var users = new ArrayList<String>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(processes, "[0-9]*")) {
            for (Path process : all) {
                if (uses(process, folder)) {
                    users.add(name(process) + " (" + process.getFileName() + ")");
                }
            }
        } catch (IOException e) {
            return "";
        }
        return String.join(", ", users.subList(0, Math.min(MOST, users.size())))
                + (users.size() > MOST ? ", …" : "");
    }

    private static boolean uses(Path process, Path folder) {
        if (isIn(process.resolve("cwd"), folder) || isIn(process.resolve("root"), folder)) {
            return true;
        }
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : open) {
                if (isIn(descriptor, folder)) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false; // another user's, or gone
        }
        return false;
    }

    private static boolean isIn(Path link, Path folder) {
        try {
            return Files.readSymbolicLink(link).startsWith(folder);
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(Path process) throws IOException {
        List<String> lines = Files.exists(process.resolve("comm"))
                ? Files.readAllLines(process.resolve("comm"))
                : List.of();
        return lines.isEmpty() ? "a program" : lines.getFirst();
    }
}
