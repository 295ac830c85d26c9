package aloft.state;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.failure.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the journal still has after the power ended at any moment, life after life. */
class JournalPowerTest {

    private static final Path FOLDER = Path.of("/journal");
    private static final byte[] KEY = new byte[32];
    private static final int FILE = 100_000;

    private final Random random = new Random();
    private MemoryDisk disk = new MemoryDisk(0);
    /** What the journal was told; numbers below {@code forgotten} may be gone, those below {@code synced} may not. */
    private long next;
    private long synced;
    private long forgotten;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatWasSyncedIsThereAndNothingElseIsMadeUp(long seed) throws IOException {
        for (int run = 0; run < 25; run++) {
            long runSeed = seed * 1_000 + run;
            random.setSeed(runSeed);
            disk = new MemoryDisk(runSeed);
            next = 0;
            synced = 0;
            forgotten = 0;
            for (int life = 0; life < 6; life++) {
                live("seed " + runSeed + " life " + life);
            }
        }
    }

    private void live(String description) throws IOException {
        boolean power = random.nextInt(4) > 0;
        var records = new Records();
        Journal journal = Journal.open(disk, FOLDER, KEY, new SecureRandom(), FILE, Journal.OnDamage.FAIL,
                records);
        records.checkWithoutGaps();
        records.checkBodies(journal);
        if (!records.seen().isEmpty()) {
            assertThat(records.numbers().getFirst()).as(description)
                    .isLessThanOrEqualTo(Math.max(forgotten, synced));
            assertThat(records.numbers().getLast()).as(description).isBetween(synced - 1, next - 1);
            next = records.numbers().getLast() + 1;
        } else {
            assertThat(forgotten).as(description).isGreaterThanOrEqualTo(synced);
            next = Math.max(forgotten, synced);
        }
        // what was replayed is on the disk
        synced = next;
        disk.setOperations(random.nextInt(60));
        try {
            for (int i = 0; i < 80; i++) {
                step(journal);
            }
            if (random.nextBoolean()) {
                journal.close();
                synced = next;
            }
        } catch (IOException e) {
            assertThat(e).as(description).isInstanceOfAny(Failure.ReadOnly.class, IOException.class);
        }
        if (power) {
            disk.losePower();
        } else {
            disk.kill();
        }
    }

    private void step(Journal journal) throws IOException {
        switch (random.nextInt(12)) {
            case 0 -> {
                long before = next;
                journal.sync();
                synced = before;
            }
            case 1 -> {
                if (random.nextInt(3) == 0) {
                    // may be gone as soon as it is asked for
                    forgotten = next;
                    journal.forgetBefore(journal.end());
                }
            }
            default -> {
                long number = next;
                // may be there although the call fails
                next++;
                Records.append(journal, number);
            }
        }
    }
}
