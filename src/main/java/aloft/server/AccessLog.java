package aloft.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes one {@link Access#line} for each request to a file, for {@link Config#withAccessLog}. A line is in
 * the file some moments after its answer has ended. At 64 MiB the file is renamed to end in {@code .old}, over an
 * older one, and begun anew. Thread safe; the owner closes it after the server.
 */
public final class AccessLog implements Consumer<Access>, Closeable {

    private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());
    private static final long MAX = 64L << 20;

    private final Path file;
    @GuardedBy("this")
    private FileChannel channel;

    private AccessLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Appends to the file, which only its owner may read when it is made by this. */
    public static AccessLog open(Path file) throws IOException {
        return new AccessLog(file, append(file));
    }

    @Override
    public synchronized void accept(Access access) {
        try {
            if (channel.size() >= MAX) {
                channel.close();
                Files.move(file, file.resolveSibling(file.getFileName() + ".old"),
                        StandardCopyOption.ATOMIC_MOVE);
                channel = append(file);
            }
            channel.write(ByteBuffer.wrap((access.line() + "\n").getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "The access log cannot be written: " + e.getMessage());
        }
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }

    private static FileChannel append(Path file) throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                Private.FILE);
    }
}
