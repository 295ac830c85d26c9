package aloft.cache;

import aloft.format.ObjectId;
import aloft.fuzz.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/** The file that remembers what the cache has. */
public final class CacheTargets {

    private CacheTargets() {}

    public static List<Target> all() {
        return List.of(new Target("cache-index", () -> List.of(file()), CacheTargets::open, Set.of()));
    }

    private static byte[] file() throws IOException {
        Path file = Files.createTempFile("index", "");
        try {
            try (Index index = Index.open(file).index()) {
                index.has(new ObjectId(1, 2), 0, 100);
                index.has(new ObjectId(1, 3), 50, 1 << 20);
                index.lacks(new ObjectId(1, 3), 60, 70);
                index.gone(new ObjectId(1, 2));
            }
            return Files.readAllBytes(file);
        } finally {
            Files.delete(file);
        }
    }

    /** Twice: as it is, and with checksums that are right. */
    private static void open(byte[] bytes) throws IOException {
        openAs(bytes);
        byte[] mended = bytes.clone();
        for (int at = 0; at + Index.RECORD <= mended.length; at += Index.RECORD) {
            var crc = new CRC32C();
            crc.update(mended, at, Index.RECORD - 4);
            ByteBuffer.wrap(mended).putInt(at + Index.RECORD - 4, (int) crc.getValue());
        }
        openAs(mended);
    }

    private static void openAs(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("index", "");
        try {
            Files.write(file, bytes);
            try (Index index = Index.open(file).index()) {
                index.has(new ObjectId(7, 7), 0, 1);
            }
        } finally {
            Files.delete(file);
        }
    }
}
