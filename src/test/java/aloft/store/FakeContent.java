package aloft.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** What a file of a fake cloud holds, in a file that is gone with the process: clouds are larger than memory. */
final class FakeContent {

    private static final FileChannel ALL = open();

    private final long from;
    private final int length;

    private FakeContent(long from, int length) {
        this.from = from;
        this.length = length;
    }

    private static FileChannel open() {
        try {
            Path file = Files.createTempFile("aloft-fake", null);
            return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null for null. */
    static @Nullable FakeContent of(byte @Nullable [] bytes) {
        return bytes == null ? null : kept(bytes);
    }

    private static FakeContent kept(byte[] bytes) {
        synchronized (ALL) {
            try {
                long from = ALL.size();
                var rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    ALL.write(rest, from + rest.position());
                }
                return new FakeContent(from, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    int length() {
        return length;
    }

    byte[] bytes() {
        var bytes = ByteBuffer.allocate(length);
        try {
            while (bytes.hasRemaining() && ALL.read(bytes, from + bytes.position()) >= 0) {
                // until all is there
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.array();
    }
}
