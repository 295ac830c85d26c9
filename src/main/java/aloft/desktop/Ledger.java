package aloft.desktop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Changes files of a user's home and remembers what was not there before, so that all of it can be taken back. A file
 * is written whole or not at all. Not thread safe.
 */
final class Ledger {

    private static final String FOLDER = "folder ";
    private static final String FILE = "file ";
    private static final String SHARED = "shared ";
    private static final String PLAIN = "rw-r--r--";
    private static final String PROGRAM = "rwxr-xr-x";

    private final Path file;
    private final Set<String> lines = new LinkedHashSet<>();

    /** @param file keeps what is to be remembered; it need not be there */
    Ledger(Path file) throws IOException {
        this.file = file;
        try {
            lines.addAll(Files.readAllLines(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            // nothing was changed yet
        }
    }

    /** Puts a file of ours there. */
    void put(Path target, byte[] content, boolean program) throws IOException {
        makeFolders(target);
        note(FILE + target);
        write(target, content, PosixFilePermissions.fromString(program ? PROGRAM : PLAIN));
    }

    /**
     * Changes a file that others use as well.
     *
     * @param base what it is when it is missing
     */
    void edit(Path target, String base, UnaryOperator<String> how) throws IOException {
        boolean there = Files.exists(target);
        String before = there ? Files.readString(target) : base;
        String after = how.apply(before);
        if (there && after.equals(before)) {
            return;
        }
        if (!there) {
            makeFolders(target);
            note(SHARED + target);
        }
        replace(target, after);
    }

    /** The other way round: what is the base again, and was not there before, goes. */
    void undo(Path target, String base, UnaryOperator<String> how) throws IOException {
        if (!Files.exists(target)) {
            return;
        }
        String before = Files.readString(target);
        String after = how.apply(before);
        if (lines.contains(SHARED + target) && after.equals(base)) {
            Files.delete(target);
        } else if (!after.equals(before)) {
            replace(target, after);
        }
    }

    /** Removes the files of ours, then the folders that are empty, then forgets all of it. */
    void clear() throws IOException {
        Deque<Path> folders = new ArrayDeque<>();
        for (String line : lines) {
            if (line.startsWith(FILE)) {
                removeWithCompiled(Path.of(line.substring(FILE.length())));
            } else if (line.startsWith(FOLDER)) {
                folders.push(Path.of(line.substring(FOLDER.length())));
            }
        }
        Files.deleteIfExists(file);
        for (Path folder : folders) {
            removeIfEmpty(folder);
        }
        lines.clear();
    }

    /** Python leaves compiled copies beside its files. */
    private static void removeWithCompiled(Path target) throws IOException {
        Files.deleteIfExists(target);
        String name = String.valueOf(target.getFileName());
        Path compiled = target.resolveSibling("__pycache__");
        if (name.endsWith(".py") && Files.isDirectory(compiled)) {
            String stem = name.substring(0, name.length() - ".py".length());
            try (var files = Files.newDirectoryStream(compiled, stem + ".*.pyc")) {
                for (Path each : files) {
                    Files.delete(each);
                }
            }
            removeIfEmpty(compiled);
        }
    }

    private static void removeIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // somebody else uses it by now
        }
    }

    private void makeFolders(Path target) throws IOException {
        for (Path each : missingFrom(Objects.requireNonNull(target.getParent()))) {
            note(FOLDER + each);
            Files.createDirectories(each);
        }
    }

    /** The folder and those above it that are not there, topmost first. */
    private static Deque<Path> missingFrom(Path folder) {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path each = folder; each != null && !Files.isDirectory(each); each = each.getParent()) {
            missing.push(each);
        }
        return missing;
    }

    /** Before it is done, so that nothing is left behind that nobody knows of. */
    private void note(String line) throws IOException {
        if (lines.contains(line)) {
            return;
        }
        if (line.indexOf('\n') >= 0) {
            throw new IOException("A folder of yours has a line's end in its name.");
        }
        Path home = Objects.requireNonNull(file.getParent());
        missingFrom(home).forEach(each -> lines.add(FOLDER + each));
        lines.add(line);
        Files.createDirectories(home);
        write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8),
                PosixFilePermissions.fromString("rw-------"));
    }

    /** Through links that people keep such files behind, and with the permissions that it has. */
    private static void replace(Path target, String text) throws IOException {
        boolean there = Files.exists(target);
        Path real = there ? target.toRealPath() : target;
        write(real, text.getBytes(StandardCharsets.UTF_8),
                there ? Files.getPosixFilePermissions(real) : PosixFilePermissions.fromString(PLAIN));
    }

    private static void write(Path target, byte[] content, Set<PosixFilePermission> permissions)
            throws IOException {
        Path fresh = target.resolveSibling("." + target.getFileName() + ".aloft-new");
        try {
            Files.write(fresh, content);
            Files.setPosixFilePermissions(fresh, permissions);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
