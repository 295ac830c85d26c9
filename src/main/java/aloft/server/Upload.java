package aloft.server;

import static aloft.server.Refusal.FULL;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** An object on its way to the disk: a temporary file, deleted on close unless it was published. */
final class Upload implements AutoCloseable {

    /** Bytes; also what a disk that is not full has left at least. */
    static final int BUFFER = 256 * 1024;

    private final Disk disk;
    private final Path file;
    private final FileChannel channel;
    private long size;
    private boolean kept;

    Upload(Disk disk) throws IOException {
        this(disk, disk.scratch().fresh());
    }

    /** @param file where nothing is yet */
    Upload(Disk disk, Path file) throws IOException {
        this.disk = disk;
        this.file = file;
        this.channel = Private.newFile(file);
    }

    Path file() {
        return file;
    }

    long size() {
        return size;
    }

    /** The body of the request, whole and durable. */
    void receive(Exchange exchange, Space space, Space.Reservation room) throws IOException, Refusal {
        long known = exchange.length();
        exchange.receive(bytes -> {
            if (known < 0) {
                room.grow(bytes.remaining());
            }
            append(bytes, space);
        });
        finish(space);
    }

    /** A copy of the object, whole and durable. */
    void copy(Path object, Space space) throws IOException, Refusal {
        try (var from = FileChannel.open(object)) {
            long length = from.size();
            while (size < length) {
                long copied = from.transferTo(size, length - size, channel.position(size));
                if (copied <= 0) {
                    break;
                }
                size += copied;
            }
        } catch (IOException e) {
            throw fullOr(e, space);
        }
        finish(space);
    }

    /** Closing leaves the file where it is. */
    void keep() {
        kept = true;
    }

    private void append(ByteBuffer bytes, Space space) throws IOException, Refusal {
        size += bytes.remaining();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw fullOr(e, space);
        }
    }

    /** Makes what is there so far durable. */
    void finish(Space space) throws IOException, Refusal {
        try {
            disk.finish(file, channel);
        } catch (IOException e) {
            throw fullOr(e, space);
        }
    }

    private static IOException fullOr(IOException e, Space space) throws IOException, Refusal {
        if (space.isFull(e)) {
            throw new Refusal(FULL, "The disk is full.");
        }
        return e;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            if (!kept) {
                Files.deleteIfExists(file);
            }
        }
    }
}
