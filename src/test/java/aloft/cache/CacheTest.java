package aloft.cache;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.format.ObjectId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    @TempDir
    private Path temporary;
    private Path folder;
    private FakeDisk disk;
    private Cache cache;
    private final AtomicLong clock = new AtomicLong();

    @BeforeEach
    void open() throws IOException {
        folder = temporary.resolve("cache");
        disk = new FakeDisk(temporary, 1L << 40);
        cache = open(64 * MIB, 8);
    }

    @AfterEach
    void close() throws IOException {
        cache.close();
    }

    private Cache open(long limit, int files) throws IOException {
        return Cache.open(folder, new CacheLimits(limit, MIB, files), disk, clock::get, disk);
    }

    private static ObjectId id(long n) {
        return new ObjectId(n * 0x9E3779B97F4A7C15L, n);
    }

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private boolean put(long n, int length) {
        return cache.write(id(n), 0, bytes(n, length), 0, length);
    }

    private boolean isHere(long n, int length) {
        byte[] got = new byte[length];
        boolean here = cache.read(id(n), 0, got, 0, length);
        assertThat(here).isEqualTo(cache.present(id(n), 0, length) == length);
        if (here) {
            assertThat(got).isEqualTo(bytes(n, length));
        }
        return here;
    }

    private Path file(long n) {
        return folder.resolve(id(n).hex().substring(0, 2)).resolve(id(n).hex());
    }

    @Test
    void givesBackWhatItHasAndNothingElse() {
        byte[] bytes = bytes(1, 100);
        assertThat(cache.write(id(1), 1_000_000, bytes, 10, 50)).isTrue();
        byte[] to = new byte[60];
        assertThat(cache.read(id(1), 1_000_010, to, 5, 40)).isTrue();
        assertThat(to).startsWith(new byte[5]).contains(bytes[20], org.assertj.core.data.Index.atIndex(5));
        assertThat(cache.read(id(1), 999_999, to, 0, 40)).isFalse();
        assertThat(cache.read(id(1), 1_000_011, to, 0, 40)).isFalse();
        assertThat(cache.read(id(2), 0, to, 0, 1)).isFalse();
        assertThat(cache.present(id(1), 0, 2_000_000)).isEqualTo(50);
        assertThat(cache.missing(id(1), 999_990, 100))
                .isEqualTo(List.of(new Range(999_990, 1_000_000), new Range(1_000_050, 1_000_090)));
        assertThat(cache.used()).isEqualTo(50);
    }

    @Test
    void whatIsHereStaysUnlessItIsReplaced() {
        put(1, KIB);
        byte[] other = bytes(2, 2 * KIB);
        assertThat(cache.write(id(1), 0, other, 0, 2 * KIB)).isTrue();
        byte[] to = new byte[2 * KIB];
        assertThat(cache.read(id(1), 0, to, 0, 2 * KIB)).isTrue();
        assertThat(to).startsWith(bytes(1, KIB)).endsWith(java.util.Arrays.copyOfRange(other, KIB, 2 * KIB));
        cache.replace(id(1), 0, other, 0, KIB);
        assertThat(cache.read(id(1), 0, to, 0, 2 * KIB)).isTrue();
        assertThat(to).isEqualTo(other);
        assertThat(cache.used()).isEqualTo(2 * KIB);
    }

    @Test
    void takesRoomForWhatItHasAlone() throws IOException {
        cache.write(id(1), 50 * MIB, bytes(1, 64 * KIB), 0, 64 * KIB);
        assertThat(Files.size(file(1))).isGreaterThan(50 * MIB);
        assertThat(disk.taken()).isLessThan(128 * KIB);
    }

    @Test
    void droppingARangeGivesItsRoomBackAndLeavesTheRest() throws IOException {
        put(1, 4 * MIB);
        cache.drop(id(1), MIB, 2 * MIB);
        assertThat(cache.used()).isEqualTo(2 * MIB);
        assertThat(disk.taken()).isBetween(2L * MIB, 2L * MIB + 64 * KIB);
        byte[] to = new byte[MIB];
        assertThat(cache.read(id(1), 0, to, 0, MIB)).isTrue();
        assertThat(cache.read(id(1), 3 * MIB, to, 0, MIB)).isTrue();
        assertThat(cache.read(id(1), MIB, to, 0, 1)).isFalse();

        cache.drop(id(1), 0, MIB);
        cache.drop(id(1), 3 * MIB, MIB);
        assertThat(file(1)).doesNotExist();
        assertThat(cache.used()).isZero();
    }

    @Test
    void comesBackAsItWas() throws IOException {
        for (int n = 1; n <= 20; n++) {
            put(n, n * KIB);
        }
        cache.drop(id(3));
        cache.drop(id(20), 0, 10 * KIB);
        cache.close();
        cache = open(64 * MIB, 8);
        assertThat(isHere(3, 1)).isFalse();
        assertThat(cache.missing(id(20), 0, 20 * KIB)).isEqualTo(List.of(new Range(0, 10 * KIB)));
        assertThat(LongStream.rangeClosed(1, 19).filter(n -> n != 3))
                .allMatch(n -> isHere(n, n.intValue() * KIB));
        assertThat(cache.used()).isEqualTo((210 - 3 - 10) * KIB);
    }

    @Test
    void evictsTheColdestWhenOverItsLimit() {
        cache.setLimit(10 * MIB);
        for (int n = 1; n <= 50; n++) {
            put(n, MIB);
            assertThat(cache.used()).isLessThanOrEqualTo(10 * MIB);
        }
        assertThat(LongStream.rangeClosed(1, 50).filter(n -> isHere(n, MIB)).count()).isBetween(9L, 10L);
        assertThat(LongStream.rangeClosed(1, 50).filter(n -> Files.exists(file(n))).count()).isBetween(9L,
                10L);
    }

    @Test
    void keepsWhatIsWantedAgainAndAgain() {
        cache.setLimit(10 * MIB);
        put(1, MIB);
        for (int n = 2; n <= 100; n++) {
            put(n, MIB);
            clock.addAndGet(60_000_000_000L);
            assertThat(isHere(1, MIB)).as("after %s", n).isTrue();
        }
    }

    @Test
    void neverEvictsWhatIsPinnedOrInUse() {
        cache.setLimit(2 * MIB);
        cache.pin(id(1), 0, MIB);
        cache.pin(id(1), 0, MIB);
        cache.pin(id(1), MIB, MIB);
        put(1, 2 * MIB);
        try (var use = cache.use(id(2))) {
            assertThat(use).isNotNull();
            put(2, 2 * MIB);
            for (int n = 3; n <= 20; n++) {
                put(n, MIB);
            }
            assertThat(isHere(1, 2 * MIB)).isTrue();
            assertThat(isHere(2, 2 * MIB)).isTrue();
            assertThat(cache.used()).isBetween(4L * MIB, 6L * MIB);
            assertThat(cache.evictable()).isEqualTo(cache.used() - 4L * MIB);
        }
        cache.unpin(id(1), 0, MIB);
        cache.setLimit(0);
        assertThat(isHere(1, 2 * MIB)).as("still pinned in part").isTrue();
        assertThat(isHere(2, 2 * MIB)).isFalse();
        cache.unpin(id(1), MIB, MIB);
        assertThat(isHere(1, 2 * MIB)).isFalse();
        assertThat(cache.used()).isZero();
    }

    @Test
    void leavesATwentiethOfTheDiskFree() throws IOException {
        disk = new FakeDisk(temporary, 100 * MIB);
        disk.others = 80 * MIB;
        cache.close();
        cache = open(64 * MIB, 8);
        for (int n = 1; n <= 40; n++) {
            put(n, MIB);
            assertThat(disk.free()).isGreaterThanOrEqualTo(5 * MIB - 64 * KIB);
        }
        assertThat(cache.used()).isGreaterThanOrEqualTo(10 * MIB);

        for (int n = 50; disk.free() > MIB; n++) {
            disk.others += disk.free() / 2;
            put(n, 5 * MIB);
            assertThat(disk.free())
                    .isGreaterThanOrEqualTo(Math.min(5 * MIB, 100 * MIB - disk.others) - 64 * KIB);
        }
        assertThat(put(200, MIB)).as("nothing may be written, whatever is evicted").isFalse();
        assertThat(cache.used()).isZero();
        disk.others = 0;
        assertThat(put(101, MIB)).isTrue();
    }

    @Test
    void makesRoomOnAFullDiskAndElseGivesUp() {
        LongStream.rangeClosed(1, 20).forEach(n -> put(n, MIB));
        disk.full = true;
        assertThat(put(21, MIB)).isFalse();
        assertThat(cache.used()).isLessThan(20 * MIB);
        assertThat(isHere(21, MIB)).isFalse();
        assertThat(file(21)).doesNotExist();
        disk.full = false;
        assertThat(put(21, MIB)).isTrue();
        assertThat(isHere(21, MIB)).isTrue();
    }

    @Test
    void aFileThatIsGoneOrShortIsForgotten() throws IOException {
        put(1, MIB);
        put(2, MIB);
        put(3, MIB);
        cache.close();
        cache = open(64 * MIB, 8);
        Files.delete(file(1));
        Files.write(file(2), new byte[10]);
        byte[] to = new byte[MIB];
        assertThat(cache.read(id(1), 0, to, 0, MIB)).isFalse();
        assertThat(cache.read(id(2), 0, to, 0, MIB)).isFalse();
        assertThat(cache.present(id(1), 0, MIB) + cache.present(id(2), 0, MIB)).isZero();
        assertThat(isHere(3, MIB)).isTrue();
        assertThat(put(1, MIB) && isHere(1, MIB)).isTrue();
    }

    @Test
    void aBrokenDiskIsAnEmptyCache() throws IOException {
        put(1, MIB);
        cache.close();
        cache = open(64 * MIB, 8);
        disk.broken = true;
        assertThat(cache.read(id(1), 0, new byte[MIB], 0, MIB)).isFalse();
        assertThat(put(2, MIB)).isFalse();
        disk.broken = false;
        assertThat(put(2, MIB) && isHere(2, MIB)).isTrue();
    }

    @Test
    void holdsFewFilesOpen() throws IOException {
        LongStream.rangeClosed(1, 100).forEach(n -> put(n, KIB));
        assertThat(LongStream.rangeClosed(1, 100)).allMatch(n -> isHere(n, KIB));
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.filter(this::isOfTheCache).count()).isLessThanOrEqualTo(8 + 1);
        }
    }

    private boolean isOfTheCache(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(folder);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void anInterruptedReaderHurtsNobody() {
        put(1, MIB);
        Thread.currentThread().interrupt();
        assertThat(cache.read(id(1), 0, new byte[MIB], 0, MIB)).isFalse();
        assertThat(cache.write(id(2), 0, new byte[MIB], 0, MIB)).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(isHere(1, MIB)).isTrue();
        assertThat(put(2, MIB) && isHere(2, MIB)).isTrue();
    }

    @Test
    void nobodyElseMayLookIn() throws IOException {
        assertThat(Files.getPosixFilePermissions(folder)).hasSize(3);
    }

    @Test
    void keepsDecryptedSegmentsByWeight() {
        byte[] plain = bytes(1, 64 * KIB);
        cache.keepSegment(id(1), 0, plain);
        assertThat(cache.segmentOrNull(id(1), 0)).isSameAs(plain);
        assertThat(cache.segmentOrNull(id(1), 64 * KIB)).isNull();
        cache.drop(id(1), 0, 100);
        assertThat(cache.segmentOrNull(id(1), 0)).isNull();

        for (int n = 0; n < 100; n++) {
            cache.keepSegment(id(2), n * 64 * KIB, bytes(n, 64 * KIB));
        }
        assertThat(LongStream.range(0, 100)
                .filter(n -> cache.segmentOrNull(id(2), (int) n * 64 * KIB) != null)
                .count()).isBetween(1L, 16L);
        cache.drop(id(2));
        assertThat(LongStream.range(0, 100))
                .allMatch(n -> cache.segmentOrNull(id(2), n.intValue() * 64 * KIB) == null);
    }
}
