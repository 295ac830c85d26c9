package aloft.cache;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.format.ObjectId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cache of a process that was killed. */
class CacheRestartTest {

    private static final int OBJECTS = 8;
    private static final int SIZE = 300_000;

    @TempDir
    private Path temporary;

    private Cache open(FakeDisk disk, long limit) throws IOException {
        return Cache.open(temporary.resolve("cache"), new CacheLimits(limit, 0, 2), disk, () -> 0, disk);
    }

    private static ObjectId id(int n) {
        return new ObjectId(0x1111_1111_1111_1111L * n, n);
    }

    private static byte[] content(int n) {
        byte[] content = new byte[SIZE];
        new Random(n).nextBytes(content);
        return content;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void hasNothingWrongAfterBeingKilledInTheMiddleOfAWrite(long seed) throws Exception {
        var random = new Random(seed);
        for (int life = 0; life < 8; life++) {
            var disk = new FakeDisk(temporary, 1L << 40);
            Cache cache = open(disk, 1 << 20);
            checkAll(cache);
            disk.writesLeft.set(random.nextInt(40));
            try {
                for (int i = 0; i < 60; i++) {
                    step(cache, random);
                }
                if (random.nextBoolean()) {
                    cache.close();
                }
            } catch (FakeDisk.Killed e) {
                tear(random);
            }
            cache.awaitSweep(); // nothing of a process outlives it
        }
    }

    private static void step(Cache cache, Random random) {
        int n = random.nextInt(OBJECTS);
        int from = random.nextInt(SIZE);
        int length = 1 + random.nextInt(SIZE - from);
        switch (random.nextInt(10)) {
            case 0 -> cache.drop(id(n));
            case 1, 2 -> cache.drop(id(n), from, length);
            case 3 -> check(cache, n);
            default -> cache.write(id(n), from, content(n), from, length);
        }
    }

    /** The last record may have been written in part. */
    private void tear(Random random) throws IOException {
        byte[] rest = new byte[random.nextInt(Index.RECORD)];
        random.nextBytes(rest);
        Files.write(temporary.resolve("cache/index"), rest, StandardOpenOption.APPEND);
    }

    private static void checkAll(Cache cache) {
        for (int n = 0; n < OBJECTS; n++) {
            check(cache, n);
        }
    }

    /** All that the cache says it has, it has, as long as it is used. */
    private static void check(Cache cache, int n) {
        try (var _ = cache.use(id(n))) {
            checkUsed(cache, n);
        }
    }

    private static void checkUsed(Cache cache, int n) {
        byte[] got = content(n);
        for (Range range : cache.missing(id(n), 0, SIZE)) {
            Arrays.fill(got, range.from(), range.to(), (byte) 0);
        }
        byte[] read = new byte[SIZE];
        int at = 0;
        for (Range range : cache.missing(id(n), 0, SIZE)) {
            assertThat(at == range.from() || cache.read(id(n), at, read, at, range.from() - at)).isTrue();
            at = range.to();
        }
        assertThat(at == SIZE || cache.read(id(n), at, read, at, SIZE - at)).isTrue();
        assertThat(Arrays.equals(read, got)).isTrue();
    }

    @Test
    void anIndexThatIsCutOffAnywhereTellsOfTooLittleAlone() throws IOException {
        var disk = new FakeDisk(temporary, 1L << 40);
        Path index = temporary.resolve("cache/index");
        Cache cache = open(disk, 1 << 30);
        for (int n = 0; n < OBJECTS; n++) {
            for (int part = 0; part < 3; part++) {
                cache.write(id(n), part * 100_000, content(n), part * 100_000, 50_000);
            }
        }
        byte[] whole = Files.readAllBytes(index);
        var random = new Random(1);
        for (int length = whole.length; length >= 0; length -= 1 + random.nextInt(9)) {
            Files.write(index, Arrays.copyOf(whole, length));
            Cache again = open(disk, 1 << 30);
            checkAll(again);
            assertThat(again.used()).isEqualTo(length / Index.RECORD * 50_000L);
        }
    }

    @Test
    void aDamagedIndexIsUsedAsFarAsItIsGood() throws IOException {
        var disk = new FakeDisk(temporary, 1L << 40);
        Path index = temporary.resolve("cache/index");
        Cache cache = open(disk, 1 << 30);
        for (int n = 0; n < OBJECTS; n++) {
            cache.write(id(n), 0, content(n), 0, 50_000);
        }
        byte[] bytes = Files.readAllBytes(index);
        bytes[3 * Index.RECORD + 5] ^= 1;
        Files.write(index, bytes);
        Cache again = open(disk, 1 << 30);
        assertThat(again.used()).isEqualTo(3 * 50_000);
        checkAll(again);
        again.write(id(7), 0, content(7), 0, 10_000);
        again.close();
        assertThat(open(disk, 1 << 30).present(id(7), 0, SIZE)).isEqualTo(10_000);
    }

    @Test
    void filesThatNobodyKnowsAreSweptAway() throws Exception {
        var disk = new FakeDisk(temporary, 1L << 40);
        Cache cache = open(disk, 1 << 30);
        for (int n = 0; n < OBJECTS; n++) {
            cache.write(id(n), 0, content(n), 0, 50_000);
        }
        Files.delete(temporary.resolve("cache/index"));
        Cache again = open(disk, 1 << 30);
        again.awaitSweep();
        try (Stream<Path> files = Files.walk(temporary.resolve("cache"))) {
            assertThat(files.filter(Files::isRegularFile).map(Path::getFileName))
                    .containsExactly(Path.of("index"));
        }
    }

    @Test
    void theIndexStaysShort() throws IOException {
        var disk = new FakeDisk(temporary, 1L << 40);
        Cache cache = open(disk, 1 << 30);
        byte[] bytes = content(1);
        cache.write(id(1), 0, bytes, 0, 1000);
        for (int i = 0; i < 40_000; i++) {
            cache.drop(id(1), 500, 1);
            cache.write(id(1), 500, bytes, 500, 1);
        }
        assertThat(Files.size(temporary.resolve("cache/index"))).isLessThan(66_000 * Index.RECORD);
        cache.write(id(2), 0, content(2), 0, 1000);
        Cache again = open(disk, 1 << 30);
        assertThat(again.used()).isEqualTo(2000);
        checkAll(again);
    }

    @Test
    void aHundredThousandObjectsAreThereAtOnce() throws IOException {
        var disk = new FakeDisk(temporary, 1L << 40);
        try (Index index = Index.open(temporary.resolve("index")).index()) {
            for (int n = 0; n < 100_000; n++) {
                index.has(new ObjectId(n * 31L, n), 0, 4 << 20);
            }
        }
        Files.createDirectories(temporary.resolve("cache"));
        Files.move(temporary.resolve("index"), temporary.resolve("cache/index"));
        Cache cache = open(disk, Long.MAX_VALUE >> 1);
        assertThat(cache.used()).isEqualTo(100_000L * (4 << 20));
        assertThat(cache.present(new ObjectId(31L * 99_999, 99_999), 0, 4 << 20)).isEqualTo(4 << 20);
    }
}
