package aloft.sync;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.cache.Cache;
import aloft.cache.CacheLimits;
import aloft.cache.DiskSpace;
import aloft.failure.Failure;
import aloft.format.BlockRow;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many readers at random against a model, with a bad cloud, a small cache and a disk that forgets. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DownloaderModelTest {

    private static final int READERS = 6;
    private static final int STEPS = 150;

    @TempDir
    private Path folder;
    private final List<BlockRow> blocks = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();

    /** Bytes on the disk that the cache may think of. */
    private final AtomicLong freeDisk = new AtomicLong(1L << 40);

    private Cache openCache(long limit) throws IOException {
        return Cache.open(folder, new CacheLimits(limit, 1 << 20, 4), new DiskSpace() {
            @Override
            public long free() {
                return freeDisk.get();
            }

            @Override
            public long total() {
                return 1L << 40;
            }
        }, System::nanoTime);
    }

    private static Downloader downloader(TestCloud cloud, Cache cache) {
        return new Downloader(cloud, cloud.vault::opener, cache,
                new DownloadLimits(Duration.ofMinutes(2), 5, 2),
                System::nanoTime, Thread::startVirtualThread);
    }

    private TestCloud cloud(Random random) throws Exception {
        var cloud = new TestCloud();
        for (int i = 0; i < 3; i++) {
            byte[] content = TestCloud.content(i, 1 + random.nextInt(2 << 20));
            contents.add(content);
            blocks.add(cloud.block(2, i, content));
        }
        List<byte[]> small = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            small.add(TestCloud.content(100 + i, 1 + random.nextInt(50_000)));
        }
        contents.addAll(small);
        blocks.addAll(cloud.pack(1000, small));
        return cloud;
    }

    /** Of a hundred pieces one is wrong, of a hundred requests some fail. */
    private static void spoil(TestCloud cloud, long seed) {
        var random = new Random(seed);
        cloud.tamper = (object, offset, piece) -> {
            synchronized (random) {
                if (random.nextInt(100) == 0) {
                    piece[random.nextInt(piece.length)] ^= 8;
                }
            }
        };
        cloud.weather = (asked, sent) -> {
            int luck;
            synchronized (random) {
                luck = random.nextInt(300);
            }
            switch (luck) {
                case 0, 1, 2 -> throw new Failure.Unreachable("Lost (fault).", null);
                case 3 -> throw new Failure.Damaged("Too short (fault).", null);
                case 4 -> throw new Failure.Missing("Not there (fault).");
                default -> {
                }
            }
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void neverReadsAnythingWrong(long seed) throws Exception {
        var random = new Random(seed);
        TestCloud cloud = cloud(random);
        for (int life = 0; life < 3; life++) {
            Cache cache = openCache(2 << 20);
            Downloader downloader = downloader(cloud, cache);
            spoil(cloud, random.nextLong());
            long good = runReaders(cache, downloader, random);
            assertThat(good).isGreaterThan(READERS * STEPS / 4);
            cloud.tamper = (object, offset, piece) -> {};
            cloud.weather = (asked, sent) -> {};
            for (int i = 0; i < blocks.size(); i++) {
                readAll(downloader, i);
            }
            downloader.close();
            if (life < 2) {
                spoilDisk(random);
            }
        }
    }

    private long runReaders(Cache cache, Downloader downloader, Random random) throws Exception {
        long good = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(threads.submit(reader(cache, downloader, new Random(random.nextLong()))));
            }
            for (Future<Integer> reader : readers) {
                good += reader.get();
            }
        }
        return good;
    }

    /** @return reads that went well */
    private Callable<Integer> reader(Cache cache, Downloader downloader, Random random) {
        return () -> {
            int good = 0;
            Guess guess = downloader.prefetch(blocks.getFirst(), 0, 1);
            for (int i = 0; i < STEPS; i++) {
                int n = random.nextInt(blocks.size());
                if (random.nextInt(3) > 0) {
                    n = random.nextInt(3);
                }
                BlockRow block = blocks.get(n);
                switch (random.nextInt(20)) {
                    case 0 -> downloader.free(block);
                    case 1 -> cache.drop(block.object());
                    case 2 -> cache.setLimit(random.nextInt(4 << 20));
                    case 3 -> freeDisk.set(random.nextBoolean() ? 0 : 1L << 40);
                    case 4, 5, 6 -> {
                        guess.close();
                        guess = downloader.prefetch(block, random.nextInt(1 << 20), 1 << random.nextInt(22));
                    }
                    case 7 -> good += quietly(() -> downloader.fetch(block));
                    default -> good += read(downloader, n, random);
                }
            }
            guess.close();
            return good;
        };
    }

    private int read(Downloader downloader, int n, Random random) throws InterruptedIOException {
        byte[] content = contents.get(n);
        int offset = random.nextBoolean() ? 0 : random.nextInt(content.length);
        int length = 1 + random.nextInt(1 << random.nextInt(20));
        byte[] to = new byte[length];
        int good = quietly(
                () -> downloader.read(blocks.get(n), offset, to, 0, length, random.nextInt(200_000)));
        if (good == 1) {
            byte[] right = new byte[length];
            System.arraycopy(content, offset, right, 0, Math.min(length, content.length - offset));
            assertThat(Arrays.equals(to, right)).as("%s bytes at %s of block %s", length, offset, n).isTrue();
        }
        return good;
    }

    private interface Call {
        void run() throws Failure, InterruptedIOException;
    }

    private static int quietly(Call call) throws InterruptedIOException {
        try {
            call.run();
            return 1;
        } catch (Failure e) {
            return 0;
        }
    }

    private void readAll(Downloader downloader, int n) throws IOException {
        byte[] to = new byte[contents.get(n).length];
        downloader.read(blocks.get(n), 0, to, 0, to.length);
        assertThat(Arrays.equals(to, contents.get(n))).isTrue();
    }

    /** The process was killed and the disk lost some of what was written. */
    private void spoilDisk(Random random) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length > 0 && random.nextInt(3) == 0) {
                int from = random.nextInt(bytes.length);
                Arrays.fill(bytes, from, Math.min(bytes.length, from + 5000), (byte) 0);
                Files.write(file, random.nextBoolean() ? bytes : Arrays.copyOf(bytes, from));
            }
        }
    }
}
