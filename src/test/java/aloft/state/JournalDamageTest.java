package aloft.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A journal whose files somebody changed: told apart from a torn end, and salvaged. */
class JournalDamageTest {

    private static final Path FOLDER = Path.of("/journal");
    private static final byte[] KEY = new byte[32];
    private static final long COUNT = 120;

    private MemoryDisk whole = new MemoryDisk(1);

    @BeforeEach
    void fill() throws IOException {
        whole = new MemoryDisk(1);
        Journal journal = open(whole, Journal.OnDamage.FAIL, new Records());
        for (long i = 0; i < COUNT; i++) {
            Records.append(journal, i);
            if (i % 10 == 7) {
                journal.sync();
            }
        }
        whole.kill();
    }

    private static Journal open(MemoryDisk disk, Journal.OnDamage onDamage, Journal.Replay replay)
            throws IOException {
        return Journal.open(disk, FOLDER, KEY, new SecureRandom(), 300_000, onDamage, replay);
    }

    @Test
    void aChangedRecordBeforeOthersIsDamage() throws IOException {
        MemoryDisk disk = whole.copy(1);
        Path first = disk.list(FOLDER).getFirst();
        disk.change(first, bytes -> bytes[LogFile.HEADER + 40] ^= 1);
        assertThatThrownBy(() -> open(disk, Journal.OnDamage.FAIL, new Records()))
                .isInstanceOf(Failure.Damaged.class)
                .hasMessageContaining(first.toString())
                .hasMessageContaining("byte 92");
        var records = new Records();
        try (Journal journal = open(disk, Journal.OnDamage.SKIP, records)) {
            assertThat(records.numbers()).hasSize((int) COUNT - 1).startsWith(1L).endsWith(COUNT - 1);
            assertThat(journal.findings()).hasSize(1);
            records.checkBodies(journal);
            journal.append(Records.head(COUNT));
            journal.forgetBefore(journal.end());
            assertThat(disk.list(FOLDER)).hasSize(1);
        }
    }

    @Test
    void aMissingFileIsDamage() throws IOException {
        MemoryDisk disk = whole.copy(1);
        List<Path> files = disk.list(FOLDER);
        disk.delete(files.get(1));
        assertThatThrownBy(() -> open(disk, Journal.OnDamage.FAIL, new Records()))
                .isInstanceOf(Failure.Damaged.class);
        var records = new Records();
        open(disk, Journal.OnDamage.SKIP, records).close();
        assertThat(records.numbers()).startsWith(0L).endsWith(COUNT - 1).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void aChangedBodyThatWasDurableShowsWhenItIsRead() throws IOException {
        MemoryDisk disk = whole.copy(1);
        var records = new Records();
        open(disk, Journal.OnDamage.FAIL, records).close();
        Records.Seen big = records.seen()
                .stream()
                .filter(seen -> seen.body() > 100_000)
                .findFirst()
                .orElseThrow();
        int position = (int) big.ref() + LogFile.HEADER;
        disk.change(disk.list(FOLDER).getFirst(), bytes -> bytes[position + 90_000] ^= 1);
        try (Journal journal = open(disk, Journal.OnDamage.FAIL, new Records())) {
            byte[] start = new byte[1_000];
            journal.read(big.ref(), 0, start, 0, start.length);
            assertThat(start).isEqualTo(Arrays.copyOf(Records.body(big.number()), 1_000));
            assertThatThrownBy(() -> journal.read(big.ref(), 0, new byte[big.body()], 0, big.body()))
                    .isInstanceOf(Failure.Damaged.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noChangeMakesUpARecord(long seed) throws IOException {
        var random = new Random(seed);
        for (int i = 0; i < 25; i++) {
            MemoryDisk strict = whole.copy(i);
            change(strict, random);
            MemoryDisk lenient = strict.copy(i);
            var records = new Records();
            try (Journal journal = open(strict, Journal.OnDamage.FAIL, records)) {
                // torn at most: nothing is missing in between
                records.checkWithoutGaps();
                records.checkReadableBodies(journal);
            } catch (Failure.Damaged e) {
                assertThat(e).hasMessageContaining("/journal/");
            }
            var salvaged = new Records();
            try (Journal journal = open(lenient, Journal.OnDamage.SKIP, salvaged)) {
                assertThat(salvaged.numbers()).isSorted().doesNotHaveDuplicates();
                assertThat(salvaged.numbers()).containsAll(records.numbers());
                salvaged.checkReadableBodies(journal);
                Records.append(journal, COUNT);
            }
            var again = new Records();
            open(lenient, Journal.OnDamage.SKIP, again).close();
            assertThat(again.numbers()).containsAll(salvaged.numbers()).endsWith(COUNT);
        }
    }

    private static void change(MemoryDisk disk, Random random) throws IOException {
        List<Path> files = disk.list(FOLDER);
        for (int n = 1 + random.nextInt(2); n > 0; n--) {
            Path file = files.get(random.nextInt(files.size()));
            int size = disk.bytes(file).length;
            int at = random.nextInt(2) == 0 ? random.nextInt(size) : random.nextInt(Math.min(size, 4_000));
            switch (random.nextInt(6)) {
                case 0 -> disk.change(file, bytes -> bytes[at] ^= (byte) (1 << random.nextInt(8)));
                case 1 -> disk.change(file, bytes -> {
                    int end = Math.min(bytes.length, at + random.nextInt(5_000));
                    Arrays.fill(bytes, at, end, (byte) 0);
                });
                case 2 -> disk.cut(file, at);
                case 3 -> disk.cut(file, size + random.nextInt(2_000));
                case 4 -> disk.change(file, bytes -> {
                    int to = random.nextInt(bytes.length);
                    int length = Math.min(random.nextInt(3_000), bytes.length - Math.max(at, to));
                    System.arraycopy(bytes, at, bytes, to, length);
                });
                default -> {
                    Path other = files.get(random.nextInt(files.size()));
                    byte[] theirs = disk.bytes(other);
                    disk.cut(file, theirs.length);
                    disk.change(file, bytes -> System.arraycopy(theirs, 0, bytes, 0, theirs.length));
                }
            }
        }
    }
}
