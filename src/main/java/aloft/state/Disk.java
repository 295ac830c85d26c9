package aloft.state;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The part of a file system that the journal needs, so that tests can lose power, fill the disk and break
 * it. Safe for many threads; none of it heeds interrupts.
 */
interface Disk {

    /** The files of the folder, in no order; makes the folder when there is none. */
    List<Path> list(Path folder) throws IOException;

    /** A new file, readable by its owner alone; its name is durable after {@link #syncFolder}. */
    OpenFile create(Path file) throws IOException;

    /** @throws java.nio.file.NoSuchFileException when there is none */
    OpenFile open(Path file) throws IOException;

    void delete(Path file) throws IOException;

    void syncFolder(Path folder) throws IOException;

    /** Differs after each start of the machine: what was written under the same one can lack nothing. */
    String boot();

    interface OpenFile extends Closeable {

        long size() throws IOException;

        /**
         * Writes all of it, by one write(2) up to {@link #ONE_WRITE} bytes. When it fails, a part may be there.
         *
         * @throws NoSpace when the disk or the quota is full
         */
        void write(long at, byte[] from, int start, int length) throws IOException;

        /** @return bytes read, fewer than {@code length} only at the end of the file */
        int read(long at, byte[] to, int start, int length) throws IOException;

        /** Returns when content and size are on the disk; a failure may be reported only once. */
        void sync() throws IOException;

        void truncate(long size) throws IOException;

        int ONE_WRITE = (1 << 20) + (1 << 14);
    }

    final class NoSpace extends IOException {
        private static final long serialVersionUID = 1L;

        NoSpace(String message) {
            super(message);
        }
    }
}
