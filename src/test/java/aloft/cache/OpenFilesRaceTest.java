package aloft.cache;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.format.ObjectId;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesRaceTest {

    private static final int LENGTH = 10;

    @TempDir
    private Path folder;

    /** A reader opened a file again while it was being deleted: what was written then went nowhere. */
    @Test
    void whatIsWrittenAfterADropStaysWhileOthersRead() throws Exception {
        var id = new ObjectId(1, 1);
        var other = new ObjectId(2, 2);
        byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        var ended = new AtomicBoolean();
        try (Cache cache = Cache.open(folder, new CacheLimits(1 << 20, 1 << 20, 1));
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> reader = threads.submit(() -> {
                byte[] to = new byte[LENGTH];
                while (!ended.get()) {
                    cache.read(id, 0, to, 0, LENGTH);
                }
            });
            try {
                byte[] to = new byte[LENGTH];
                for (int i = 0; i < 20_000; i++) {
                    cache.drop(id);
                    assertThat(cache.write(id, 0, bytes, 0, LENGTH)).isTrue();
                    cache.write(other, 0, bytes, 0, LENGTH);
                    cache.drop(other);
                    assertThat(cache.read(id, 0, to, 0, LENGTH)).as("round %s", i).isTrue();
                }
            } finally {
                ended.set(true);
            }
            reader.get();
        }
    }
}
