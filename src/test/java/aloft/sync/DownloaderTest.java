package aloft.sync;

import static aloft.sync.TestCloud.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.cache.Cache;
import aloft.cache.CacheLimits;
import aloft.cache.DiskSpace;
import aloft.failure.Failure;
import aloft.format.BlockRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read, what it costs, and what happens when the cloud is bad. */
class DownloaderTest {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;
    private TestCloud cloud;
    private Cache cache;
    private Downloader downloader;
    private volatile long freeDisk = 1L << 40;

    @BeforeEach
    void open() throws Exception {
        cloud = new TestCloud();
        openCache();
    }

    private void openCache() throws IOException {
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
        downloader = new Downloader(cloud, cloud.vault::opener, cache,
                new DownloadLimits(Duration.ofMinutes(5), 8, 2), System::nanoTime,
                Thread::startVirtualThread);
    }

    @AfterEach
    void close() throws IOException {
        downloader.close();
        cache.close();
    }

    private byte[] read(BlockRow block, int offset, int length) throws IOException {
        byte[] to = new byte[length + 10];
        Arrays.fill(to, (byte) 77);
        downloader.read(block, offset, to, 5, length);
        assertThat(Arrays.copyOfRange(to, 0, 5)).containsOnly(77);
        assertThat(Arrays.copyOfRange(to, length + 5, length + 10)).containsOnly(77);
        return Arrays.copyOfRange(to, 5, length + 5);
    }

    private static byte[] part(byte[] content, int offset, int length) {
        byte[] part = new byte[length];
        int there = Math.clamp(content.length - offset, 0, length);
        System.arraycopy(content, Math.min(offset, content.length), part, 0, there);
        return part;
    }

    @Test
    void readsEveryPartOfBlocksOfEverySize() throws Exception {
        int[] sizes = {1, 100, 65_479, 65_480, 65_481, 131_000, 131_001, 200_000, 262_000, 263_000, 1_000_000,
                4 * MIB};
        var random = new Random(5);
        for (int size : sizes) {
            byte[] content = content(size, size);
            BlockRow block = cloud.block(2, 7, content);
            for (int i = 0; i < 30; i++) {
                int offset = random.nextInt(size + 10);
                int length = random.nextInt(size + 10);
                assertThat(Arrays.equals(read(block, offset, length), part(content, offset, length)))
                        .as("%s bytes at %s of %s", length, offset, size)
                        .isTrue();
            }
        }
    }

    @Test
    void aRandomReadIsOneSmallRequestAndTheSecondNone() throws Exception {
        byte[] content = content(1, 4 * MIB);
        BlockRow block = cloud.block(2, 0, content);
        assertThat(read(block, 2 * MIB, 4 * KIB)).isEqualTo(part(content, 2 * MIB, 4 * KIB));
        assertThat(cloud.requests()).isEqualTo(1);
        assertThat(cloud.sent.get()).isLessThanOrEqualTo(128 * KIB);
        assertThat(downloader.downloadedBytes()).isEqualTo(cloud.sent.get());
        read(block, 2 * MIB, 4 * KIB);
        assertThat(cloud.requests()).isEqualTo(1);
        assertThat(downloader.requests()).isEqualTo(1);
    }

    @Test
    void theFirstReadBringsWhatMayComeAlongInTheSameRequest() throws Exception {
        BlockRow block = cloud.block(2, 0, content(1, 4 * MIB));
        byte[] to = new byte[4 * KIB];
        downloader.read(block, 0, to, 0, 4 * KIB, 252 * KIB);
        byte[] all = new byte[255 * KIB];
        downloader.read(block, 0, all, 0, 255 * KIB);
        assertThat(cloud.asked()).hasSize(1);
        assertThat(cloud.sent.get()).isBetween(256L * KIB, 320L * KIB);
    }

    @Test
    void whatTheDiskHasIsNotAskedForAgainAfterARestart() throws Exception {
        byte[] content = content(1, MIB);
        BlockRow block = cloud.block(2, 0, content);
        read(block, 100_000, 300_000);
        close();
        openCache();
        cloud.forget();
        assertThat(read(block, 100_000, 300_000)).isEqualTo(part(content, 100_000, 300_000));
        assertThat(cloud.asked()).isEmpty();
        assertThat(read(block, 0, MIB)).isEqualTo(content);
        assertThat(cloud.asked()).as("one request for each run that is missing").hasSize(2);
    }

    @Test
    void walkingOverAPackOfSmallFilesCostsFewRequests() throws Exception {
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            contents.add(content(i, 500 + i * 37));
        }
        List<BlockRow> blocks = cloud.pack(100, contents);
        int size = cloud.bytes(blocks.getFirst()).length;
        for (int i = 0; i < blocks.size(); i++) {
            assertThat(read(blocks.get(i), 0, contents.get(i).length)).isEqualTo(contents.get(i));
        }
        assertThat(cloud.requests()).isLessThanOrEqualTo(8);
        assertThat(cloud.sent.get()).isLessThanOrEqualTo(size);
    }

    @Test
    void oneSmallFileIsOneRequestAlsoWhenThePackEnds() throws Exception {
        List<BlockRow> blocks = cloud.pack(100, List.of(content(1, 3000), content(2, 5000)));
        assertThat(read(blocks.get(1), 0, 5000)).isEqualTo(content(2, 5000));
        assertThat(cloud.requests()).isEqualTo(1);
        assertThat(read(blocks.get(0), 0, 3000)).isEqualTo(content(1, 3000));
        assertThat(read(blocks.get(1), 0, 5000)).isEqualTo(content(2, 5000));
        assertThat(cloud.requests()).isEqualTo(2);
        assertThat(downloader.isOnline()).isTrue();
    }

    @Test
    void aBlockWithoutHeaderInItsRowReadsAsWell() throws Exception {
        byte[] content = content(1, MIB);
        BlockRow with = cloud.block(2, 0, content);
        BlockRow without = TestCloud.withoutHeader(with, with.length());
        assertThat(read(without, 700_000, 100_000)).isEqualTo(part(content, 700_000, 100_000));
        assertThat(read(without, 200_000, 100_000)).isEqualTo(part(content, 200_000, 100_000));
        assertThat(cloud.requests()).isLessThanOrEqualTo(3);
    }

    @Test
    void bytesThatAreWrongOnceAreFetchedAgain() throws Exception {
        byte[] content = content(1, MIB);
        BlockRow block = cloud.block(2, 0, content);
        var wrong = new java.util.concurrent.atomic.AtomicInteger(1);
        cloud.tamper = (object, offset, bytes) -> {
            if (offset <= 300_000 && offset + bytes.length > 300_000 && wrong.getAndDecrement() > 0) {
                bytes[300_000 - offset] ^= 1;
            }
        };
        assertThat(read(block, 0, MIB)).isEqualTo(content);
        assertThat(cloud.requests()).isEqualTo(2);
        assertThat(downloader.damages()).isEmpty();
        assertThat(read(block, 0, MIB)).isEqualTo(content);
        assertThat(cloud.requests()).isEqualTo(2);
    }

    @Test
    void aDamagedSegmentIsLostAloneAndToldOnce() throws Exception {
        byte[] content = content(1, MIB);
        BlockRow block = cloud.block(2, 3, content);
        List<Damage> damaged = new ArrayList<>();
        List<Damage> healed = new ArrayList<>();
        downloader.add(new DownloadListener() {
            @Override
            public void damaged(Damage damage, Failure why) {
                damaged.add(damage);
            }

            @Override
            public void healed(Damage damage) {
                healed.add(damage);
            }
        });
        byte[] pack = cloud.bytes(block);
        pack[block.offset() + 300_000] ^= 1;
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> read(block, 0, MIB)).isInstanceOf(Failure.Damaged.class);
        }
        assertThat(read(block, 0, 200_000)).isEqualTo(part(content, 0, 200_000));
        assertThat(read(block, 400_000, 600_000)).isEqualTo(part(content, 400_000, 600_000));
        assertThat(damaged).containsExactly(new Damage(2, 3, block.object(), 4 << 16, 1 << 16));
        assertThat(downloader.damages()).isEqualTo(damaged);
        assertThat(downloader.damages()).hasSize(1);

        pack[block.offset() + 300_000] ^= 1;
        assertThat(read(block, 0, MIB)).isEqualTo(content);
        assertThat(healed).isEqualTo(damaged);
        assertThat(downloader.damages()).isEmpty();
    }

    @Test
    void aDamagedSmallFileIsLostAlone() throws Exception {
        List<BlockRow> blocks = cloud.pack(100,
                List.of(content(1, 3000), content(2, 5000), content(3, 100_000)));
        byte[] pack = cloud.bytes(blocks.get(1));
        pack[blocks.get(1).offset() + 3] ^= 1;
        assertThat(read(blocks.get(0), 0, 3000)).isEqualTo(content(1, 3000));
        assertThatThrownBy(() -> read(blocks.get(1), 0, 5000)).isInstanceOf(Failure.Damaged.class);
        assertThat(read(blocks.get(2), 0, 100_000)).isEqualTo(content(3, 100_000));
        pack[blocks.get(1).offset() + 3] ^= 1;
        assertThat(read(blocks.get(1), 0, 5000)).isEqualTo(content(2, 5000));
    }

    @Test
    void damageOnTheDiskIsRepairedFromTheCloud() throws Exception {
        byte[] content = content(1, MIB);
        BlockRow block = cloud.block(2, 0, content);
        downloader.fetch(block);
        close();
        try (Stream<Path> files = Files.walk(folder)) {
            Path file = files.filter(each -> each.endsWith(block.object().hex())).findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            bytes[500_000] ^= 1;
            Files.write(file, bytes);
        }
        openCache();
        cloud.forget();
        assertThat(read(block, 0, MIB)).isEqualTo(content);
        assertThat(cloud.sent.get()).isEqualTo(1 << 16);
        assertThat(downloader.damages()).isEmpty();
        assertThat(read(block, 0, MIB)).isEqualTo(content);
        assertThat(cloud.requests()).isEqualTo(1);
    }

    @Test
    void anObjectThatIsShortIsDamagedFromThereOn() throws Exception {
        byte[] content = content(1, MIB);
        BlockRow block = cloud.block(2, 0, content);
        cloud.objects.computeIfPresent(block.object(), (id, bytes) -> Arrays.copyOf(bytes, 500_000));
        assertThatThrownBy(() -> read(block, 0, MIB)).isInstanceOf(Failure.Damaged.class);
        assertThat(read(block, 0, 400_000)).isEqualTo(part(content, 0, 400_000));
        assertThat(downloader.damages()).hasSize(1);
        assertThat(downloader.isOnline()).isTrue();
    }

    @Test
    void anObjectThatIsGoneIsMissing() throws Exception {
        BlockRow block = cloud.block(2, 0, content(1, MIB));
        byte[] pack = cloud.bytes(block);
        cloud.objects.clear();
        assertThatThrownBy(() -> read(block, 0, 100)).isInstanceOf(Failure.Missing.class);
        assertThat(cloud.requests()).as("asked once more").isEqualTo(2);
        assertThat(downloader.damages()).hasSize(1);
        cloud.objects.put(block.object(), pack);
        assertThat(read(block, 0, MIB)).isEqualTo(content(1, MIB));
        assertThat(downloader.damages()).isEmpty();
    }

    @Test
    void aRowOfAnImpossibleLengthIsDamaged() throws Exception {
        BlockRow block = cloud.block(2, 0, content(1, 100));
        BlockRow wrong = TestCloud.withoutHeader(block, 20);
        assertThatThrownBy(() -> read(wrong, 0, 100)).isInstanceOf(Failure.Damaged.class);
        assertThatThrownBy(() -> downloader.fetch(wrong)).isInstanceOf(Failure.Damaged.class);
        downloader.prefetch(wrong, 0, 100).close();
        assertThat(cloud.requests()).isZero();
    }

    @Test
    void offlineWhatIsHereReadsAndTheRestFailsAtOnce() throws Exception {
        byte[] content = content(1, MIB);
        BlockRow block = cloud.block(2, 0, content);
        List<Boolean> told = new ArrayList<>();
        downloader.add(new DownloadListener() {
            @Override
            public void online(boolean now) {
                told.add(now);
            }
        });
        read(block, 0, 200_000);
        cloud.weather = (asked, sent) -> {
            throw new Failure.Unreachable("No network.", null);
        };
        assertThat(read(block, 0, 200_000)).isEqualTo(part(content, 0, 200_000));
        cloud.forget();
        assertThatThrownBy(() -> read(block, 500_000, 10)).isInstanceOf(Failure.Unreachable.class);
        assertThat(cloud.requests()).isEqualTo(1);
        assertThat(downloader.isOnline()).isFalse();
        cloud.weather = (asked, sent) -> {};
        assertThat(read(block, 500_000, 10)).isEqualTo(part(content, 500_000, 10));
        assertThat(downloader.isOnline()).isTrue();
        assertThat(told).containsExactly(false, true);
    }

    @Test
    void fetchesManyBlocksWithFewRequestsAndVerifiesThem() throws Exception {
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            contents.add(content(i, 10_000));
        }
        List<BlockRow> blocks = new ArrayList<>(cloud.pack(100, contents));
        for (int i = 0; i < 12; i++) {
            blocks.add(cloud.block(7, i, content(i, 4 * MIB)));
        }
        blocks.forEach(downloader::pin);
        List<BlockRow> done = new ArrayList<>();
        downloader.fetch(blocks, done::add);
        assertThat(done).isEqualTo(blocks);
        assertThat(cloud.requests()).isEqualTo(13);
        assertThat(cloud.mostAtOnce()).isBetween(2, 6);
        assertThat(blocks).allMatch(block -> downloader.present(block) == block.length());

        cloud.objects.clear();
        cache.setLimit(0);
        assertThat(read(blocks.get(299), 0, 10_000)).isEqualTo(contents.get(299));
        assertThat(read(blocks.getLast(), 0, 4 * MIB)).isEqualTo(content(11, 4 * MIB));
    }

    @Test
    void aFetchOfWhatIsDamagedFails() throws Exception {
        BlockRow block = cloud.block(2, 0, content(1, MIB));
        cloud.bytes(block)[block.offset() + 700_000] ^= 1;
        assertThatThrownBy(() -> downloader.fetch(block)).isInstanceOf(Failure.Damaged.class);
        assertThat(downloader.present(block)).isEqualTo(block.length() - (1 << 16));
    }

    @Test
    void aFetchWithoutRoomSaysSo() throws Exception {
        BlockRow block = cloud.block(2, 0, content(1, MIB));
        freeDisk = 0;
        downloader.pin(block);
        assertThatThrownBy(() -> downloader.fetch(block)).isInstanceOf(Failure.Full.class);
        assertThat(read(block, 0, MIB)).as("reading needs no room").isEqualTo(content(1, MIB));
    }

    @Test
    void whatIsFreedIsGoneFromDiskAndMemory() throws Exception {
        List<BlockRow> blocks = cloud.pack(100, List.of(content(1, 300_000), content(2, 300_000)));
        downloader.fetch(blocks, block -> {});
        read(blocks.get(0), 0, 10);
        downloader.free(blocks.get(0));
        assertThat(downloader.present(blocks.get(0))).isZero();
        assertThat(downloader.present(blocks.get(1))).isEqualTo(blocks.get(1).length());
        cloud.objects.clear();
        assertThatThrownBy(() -> read(blocks.get(0), 0, 10)).isInstanceOf(Failure.Missing.class);
        assertThat(read(blocks.get(1), 0, 300_000)).isEqualTo(content(2, 300_000));
    }

    @Test
    void whatWasUploadedIsHere() throws Exception {
        List<BlockRow> blocks = cloud.pack(100, List.of(content(1, 3000), content(2, 300_000)));
        byte[] pack = cloud.bytes(blocks.getFirst());
        cloud.objects.clear();
        downloader.keep(blocks.getFirst().object(), pack);
        assertThat(read(blocks.get(0), 0, 3000)).isEqualTo(content(1, 3000));
        assertThat(read(blocks.get(1), 0, 300_000)).isEqualTo(content(2, 300_000));
        assertThat(cloud.requests()).isZero();
    }
}
