package aloft.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** What is on a disk at one moment, for a device that goes on from there. */
final class DiskCopy {

    private DiskCopy() {}

    static void folder(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                file(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** As it is at one moment: again when it changed meanwhile, as the database tidies up by itself. */
    static void file(Path from, Path to) throws IOException {
        byte[] now = Files.readAllBytes(from);
        byte[] before;
        do {
            before = now;
            now = Files.readAllBytes(from);
        } while (!Arrays.equals(before, now));
        Files.write(to, now);
    }
}
