package aloft.sync;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.cache.Cache;
import aloft.cache.CacheLimits;
import aloft.failure.Failure;
import aloft.format.BlockRow;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bringing blocks down whole while others read, free and give up what they asked for. */
class WholeBlocksTest {

    @TempDir
    private Path folder;

    @Test
    void whatWasJustFreedComesDownWhileOthersRead() throws Exception {
        var cloud = new TestCloud();
        List<byte[]> small = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            small.add(TestCloud.content(i, 3000));
        }
        List<BlockRow> blocks = cloud.pack(10, small);
        try (Cache cache = Cache.open(folder, new CacheLimits(1L << 30, 1 << 20, 4));
                var downloader = new Downloader(cloud, cloud.vault::opener, cache,
                        new DownloadLimits(Duration.ofMinutes(2), 5, 2), System::nanoTime,
                        Thread::startVirtualThread);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ended = new AtomicBoolean();
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                var random = new Random(i);
                readers.add(threads.submit(() -> {
                    while (!ended.get()) {
                        readSome(downloader, blocks, random);
                    }
                    return null;
                }));
            }
            for (int round = 0; round < 50; round++) {
                blocks.forEach(downloader::free);
                blocks.forEach(downloader::pin);
                for (BlockRow block : blocks) {
                    downloader.fetch(block);
                    assertThat(downloader.present(block)).isEqualTo(block.length());
                }
                blocks.forEach(downloader::unpin);
            }
            ended.set(true);
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
    }

    /** What was freed while it came was taken for what a full disk does not take. */
    @Test
    void whatIsFreedWhileItComesIsAskedForOnceMore() throws Exception {
        var cloud = new TestCloud();
        List<BlockRow> blocks = cloud.pack(10,
                List.of(TestCloud.content(1, 3000), TestCloud.content(2, 3000)));
        try (Cache cache = Cache.open(folder, new CacheLimits(1L << 30, 1 << 20, 4));
                var downloader = new Downloader(cloud, cloud.vault::opener, cache, DownloadLimits.USUAL,
                        System::nanoTime, Thread::startVirtualThread)) {
            BlockRow second = blocks.getLast();
            cloud.tamper = (object, offset, piece) -> {
                piece[second.offset() + second.length() - 1 - offset] ^= 1;
                cloud.tamper = (again, at, bytes) -> downloader.free(blocks.getFirst());
            };
            downloader.fetch(blocks, done -> cloud.tamper = (object, offset, piece) -> {});
            assertThat(blocks).allMatch(block -> downloader.present(block) == block.length());
        }
    }

    private static void readSome(Downloader downloader, List<BlockRow> blocks, Random random)
            throws Failure, InterruptedIOException {
        int first = random.nextInt(blocks.size());
        byte[] to = new byte[3000];
        for (int i = first; i < Math.min(blocks.size(), first + 50); i++) {
            downloader.read(blocks.get(i), 0, to, 0, to.length);
        }
    }
}
