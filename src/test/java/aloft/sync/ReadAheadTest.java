package aloft.sync;

import static aloft.sync.TestCloud.content;
import static org.assertj.core.api.Assertions.assertThat;

import aloft.cache.Cache;
import aloft.cache.CacheLimits;
import aloft.cache.DiskSpace;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A reader of one file of many blocks, and what its reading costs. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ReadAheadTest {

    private static final int MIB = 1 << 20;
    private static final int BITS = 22;

    @TempDir
    private Path folder;
    private TestCloud cloud;
    private Cache cache;
    private Downloader downloader;
    private ReadAhead ahead;
    private volatile long freeDisk = 1L << 40;
    private final Map<Long, BlockRow> blocks = new TreeMap<>();
    private byte[] content = new byte[0];

    @BeforeEach
    void open() throws Exception {
        cloud = new TestCloud();
        DiskSpace space = new DiskSpace() {
            @Override
            public long free() {
                return freeDisk;
            }

            @Override
            public long total() {
                return 1L << 40;
            }
        };
        cache = Cache.open(folder, new CacheLimits(1L << 40, 8 * MIB, 16), space, System::nanoTime);
        downloader = new Downloader(cloud, cloud.vault::opener, cache, DownloadLimits.USUAL, System::nanoTime,
                Thread::startVirtualThread);
        ahead = new ReadAhead(downloader, BITS, blocks::get);
    }

    @AfterEach
    void close() throws IOException {
        ahead.close();
        downloader.close();
        cache.close();
    }

    private void makeFile(int size) {
        content = content(9, size);
        for (int from = 0; from < size; from += 1 << BITS) {
            int to = Math.min(size, from + (1 << BITS));
            blocks.put((long) from >> BITS,
                    cloud.block(5, from >> BITS, Arrays.copyOfRange(content, from, to)));
        }
    }

    /** As a file system does: the read-ahead is told first, then each block is read. */
    private void read(int offset, int length) throws IOException {
        int end = Math.min(content.length, offset + length);
        byte[] to = new byte[end - offset];
        int beyond = ahead.reading(offset, end - offset);
        for (int next = offset; next < end;) {
            int stop = Math.min(end, (next >> BITS) + 1 << BITS);
            BlockRow block = blocks.get((long) next >> BITS);
            if (block == null) {
                throw new AssertionError("no block");
            }
            downloader.read(block, next & (1 << BITS) - 1, to, next - offset, stop - next, beyond);
            next = stop;
        }
        assertThat(Arrays.equals(to, 0, to.length, content, offset, end)).isTrue();
    }

    private static void await(CountDownLatch latch) throws InterruptedIOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
    }

    private void readAll(int step) throws IOException {
        for (int at = 0; at < content.length; at += step) {
            read(at, step);
        }
    }

    @Test
    void aFileReadFromStartToEndComesOnceWithManyRequestsAtATime() throws Exception {
        makeFile(100 * MIB + 12_345);
        Set<ObjectId> large = ConcurrentHashMap.newKeySet();
        var three = new CountDownLatch(1);
        cloud.weather = (asked, sent) -> {
            if (asked.length() > 3 * MIB && large.add(asked.object()) && large.size() == 3) {
                three.countDown();
            }
            if (asked.length() > 3 * MIB) {
                await(three);
            }
        };
        readAll(128 << 10);
        assertThat(cloud.sent.get()).isBetween((long) content.length, content.length + content.length / 50L);
        int guesses = DownloadLimits.USUAL.requests() - DownloadLimits.USUAL.reserved();
        int whatTheReaderWaitsFor = 1;
        assertThat(cloud.mostAtOnce()).isBetween(3, guesses + whatTheReaderWaitsFor);
        assertThat(cloud.requests()).isLessThanOrEqualTo(50);
    }

    @Test
    void soDoesAFileThatIsReadBackwards() throws Exception {
        makeFile(40 * MIB);
        for (int at = content.length - (1 << 17); at >= 0; at -= 1 << 17) {
            read(at, 1 << 17);
        }
        assertThat(cloud.sent.get()).isLessThanOrEqualTo(content.length + content.length / 50L);
        assertThat(cloud.requests()).isLessThanOrEqualTo(40);
    }

    @Test
    void soDoesAFileThatTheDiskHasNoRoomFor() throws Exception {
        freeDisk = 0;
        makeFile(60 * MIB);
        readAll(1 << 20);
        assertThat(cache.used()).isZero();
        assertThat(cloud.sent.get()).isLessThanOrEqualTo(content.length + content.length / 20L);
    }

    @Test
    void theFirstReadBringsABeginningWithOneRequest() throws Exception {
        makeFile(20 * MIB);
        read(0, 4096);
        assertThat(cloud.requests()).isEqualTo(1);
        read(10_000, 40_000);
        assertThat(cloud.requests()).isEqualTo(1);
        assertThat(cloud.sent.get()).isLessThanOrEqualTo(5 << 16);
    }

    @Test
    void aReadAtRandomCostsLittleInOneRequest() throws Exception {
        makeFile(20 * MIB);
        var random = new Random(1);
        for (int i = 0; i < 5; i++) {
            cloud.forget();
            read((3 * i + 5) * MIB + random.nextInt(MIB), 4096);
            assertThat(cloud.requests()).isEqualTo(1);
            assertThat(cloud.sent.get()).isLessThanOrEqualTo(128 << 10);
        }
    }

    @Test
    void aJumpAndTheEndGiveUpWhatWasGuessed() throws Exception {
        makeFile(64 * MIB);
        var gate = new Gate();
        ObjectId first = blocks.values().iterator().next().object();
        cloud.weather = (asked, sent) -> {
            if (!asked.object().equals(first) && asked.length() > 1 << 18) {
                gate.pass();
            }
        };
        for (int at = 0; at < 2 * MIB; at += 1 << 17) {
            read(at, 1 << 17);
        }
        gate.awaitReached();
        read(40 * MIB, 4096);
        gate.awaitBroken();
    }
}
