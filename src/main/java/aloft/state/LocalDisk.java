package aloft.state;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** The disk of this computer. */
final class LocalDisk implements Disk {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int BUFFERS_KEPT = 4;

    private final ConcurrentLinkedQueue<MemorySegment> buffers = new ConcurrentLinkedQueue<>();
    private final String boot;

    LocalDisk() {
        this.boot = readBoot();
    }

    private static String readBoot() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public String boot() {
        return boot;
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        makeFolder(folder);
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** With the folders above it, all for their owner alone; does nothing when it is there. */
    void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            makeFolder(parent);
        }
        Files.createDirectories(folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (parent != null) {
            syncFolder(parent);
        }
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        return new LocalFile(Posix.open(file, Posix.O_RDWR | Posix.O_CREAT | Posix.O_EXCL));
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        return new LocalFile(Posix.open(file, Posix.O_RDWR));
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.delete(file);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        int descriptor = Posix.open(folder, Posix.O_RDONLY);
        try {
            Posix.fsync(descriptor);
        } finally {
            Posix.close(descriptor);
        }
    }

    private MemorySegment borrow() {
        MemorySegment buffer = buffers.poll();
        return buffer != null ? buffer : Arena.ofAuto().allocate(OpenFile.ONE_WRITE, 64);
    }

    private void giveBack(MemorySegment buffer) {
        if (buffers.size() < BUFFERS_KEPT) {
            buffers.add(buffer);
        }
    }

    private final class LocalFile implements OpenFile {
        private final int descriptor;
        private final AtomicBoolean closed = new AtomicBoolean();

        LocalFile(int descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public long size() throws IOException {
            return Posix.size(descriptor);
        }

        @Override
        public void write(long at, byte[] from, int start, int length) throws IOException {
            MemorySegment buffer = borrow();
            try {
                int done = 0;
                while (done < length) {
                    int part = Math.min(length - done, ONE_WRITE);
                    MemorySegment.copy(from, start + done, buffer, ValueLayout.JAVA_BYTE, 0, part);
                    done += (int) Posix.pwrite(descriptor, buffer, part, at + done);
                }
            } finally {
                giveBack(buffer);
            }
        }

        @Override
        public int read(long at, byte[] to, int start, int length) throws IOException {
            MemorySegment buffer = borrow();
            try {
                int done = 0;
                while (done < length) {
                    int part = Math.min(length - done, ONE_WRITE);
                    int got = (int) Posix.pread(descriptor, buffer, part, at + done);
                    if (got == 0) {
                        break;
                    }
                    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, to, start + done, got);
                    done += got;
                }
                return done;
            } finally {
                giveBack(buffer);
            }
        }

        @Override
        public void sync() throws IOException {
            Posix.fdatasync(descriptor);
        }

        @Override
        public void truncate(long size) throws IOException {
            Posix.truncate(descriptor, size);
        }

        @Override
        public void close() throws IOException {
            if (closed.compareAndSet(false, true)) {
                Posix.close(descriptor);
            }
        }
    }
}
