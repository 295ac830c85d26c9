package aloft.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A disk of a size of our choice around a real folder: what the folder's objects take of it is not free.
 * Opens files for the cache, and can be full all of a sudden.
 */
final class FakeDisk implements DiskSpace, OpenFiles.Opener {

    private final Path folder;
    private final long total;
    volatile long others;
    volatile boolean full;
    volatile boolean broken;
    /** Writes before the process is killed in the middle of one. */
    final AtomicInteger writesLeft = new AtomicInteger(Integer.MAX_VALUE);

    FakeDisk(Path folder, long total) {
        this.folder = folder;
        this.total = total;
    }

    /** The process was killed. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    long taken() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).length() == 32)
                    .mapToLong(FakeDisk::blocks)
                    .sum();
        }
    }

    /** What the file takes on the disk, holes left out. */
    private static long blocks(Path file) {
        try {
            Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
            return 512 * Long.parseLong(new String(stat.getInputStream().readAllBytes(),
                    java.nio.charset.StandardCharsets.US_ASCII).trim());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public long free() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            long taken = files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
            return Math.max(0, total - others - taken);
        }
    }

    @Override
    public long total() {
        return total;
    }

    @Override
    public FileChannel open(Path file, Set<OpenOption> options) throws IOException {
        if (broken) {
            throw new IOException("Input/output error");
        }
        return new FaultyChannel(FileChannel.open(file, options), this);
    }
}
