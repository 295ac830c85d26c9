package aloft.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class JournalFaultTest {

    private static final Path FOLDER = Path.of("/journal");
    private static final byte[] KEY = new byte[32];

    private final MemoryDisk disk = new MemoryDisk(1);

    private Journal open(Journal.Replay replay) throws IOException {
        return Journal.open(disk, FOLDER, KEY, new SecureRandom(), 1 << 20, Journal.OnDamage.FAIL, replay);
    }

    private Records replay() throws IOException {
        var records = new Records();
        try (Journal journal = open(records)) {
            assertThat(journal.findings()).isEmpty();
            records.checkBodies(journal);
        }
        return records;
    }

    private static List<Long> numbers(long count) {
        return LongStream.range(0, count).boxed().toList();
    }

    @Test
    void aFullDiskRefusesARecordAndTakesTheNextOnesLater() throws IOException {
        try (Journal journal = open(new Records())) {
            Records.append(journal, 0);
            long end = journal.end();
            long size = journal.size();
            for (int room : new int[]{0, 1, 27, 28, 50}) {
                disk.setRoom(room);
                assertThatThrownBy(() -> Records.append(journal, 1)).isInstanceOf(Failure.Full.class);
                assertThat(journal.end()).isEqualTo(end);
                assertThat(journal.size()).isEqualTo(size);
                assertThat(journal.readOnly()).isNull();
            }
            disk.setRoom(1 << 20);
            Records.append(journal, 1);
            journal.sync();
        }
        assertThat(replay().numbers()).isEqualTo(numbers(2));
    }

    @Test
    void aFullDiskWithoutRoomForANewFileLeavesNone() throws IOException {
        disk.setRoom(50);
        try (Journal journal = open(new Records())) {
            assertThatThrownBy(() -> Records.append(journal, 0)).isInstanceOf(Failure.Full.class);
            assertThat(disk.list(FOLDER)).isEmpty();
            disk.setRoom(1 << 20);
            Records.append(journal, 0);
        }
        assertThat(replay().numbers()).isEqualTo(numbers(1));
    }

    @Test
    void afterAFailedSyncNothingIsTakenAnyMore() throws IOException {
        Journal journal = open(new Records());
        Records.append(journal, 0);
        disk.setSyncFails(true);
        assertThatThrownBy(journal::sync).isInstanceOf(Failure.ReadOnly.class)
                .hasMessageContaining("sync failed");
        disk.setSyncFails(false);
        assertThatThrownBy(journal::sync).isInstanceOf(Failure.ReadOnly.class);
        assertThatThrownBy(() -> Records.append(journal, 1)).isInstanceOf(Failure.ReadOnly.class);
        assertThat(journal.readOnly()).contains("mounted again");
        journal.read(0, 0, new byte[0], 0, 0);
        journal.close();
        disk.kill();
        assertThat(replay().numbers()).isEqualTo(numbers(1));
    }

    @Test
    void aRecordThatCannotBeTakenBackEndsTheJournal() throws IOException {
        Journal journal = open(new Records());
        Records.append(journal, 0);
        disk.setRoom(10);
        disk.setTruncateFails(true);
        assertThatThrownBy(() -> Records.append(journal, 1)).isInstanceOf(Failure.ReadOnly.class);
        disk.setTruncateFails(false);
        disk.setRoom(1 << 20);
        assertThatThrownBy(() -> Records.append(journal, 1)).isInstanceOf(Failure.ReadOnly.class);
        disk.kill();
        var records = new Records();
        try (Journal again = open(records)) {
            assertThat(again.findings()).hasSize(1);
        }
        assertThat(records.numbers()).isEqualTo(numbers(1));
    }

    @Test
    void manyCallersOfSyncShareFewSyncs() throws Exception {
        try (Journal journal = open(new Records());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> work = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                work.add(() -> {
                    journal.append(new byte[50]);
                    journal.sync();
                    return true;
                });
            }
            for (var done : threads.invokeAll(work)) {
                assertThat(done.get()).isTrue();
            }
            long before = disk.syncs();
            journal.sync();
            assertThat(disk.syncs()).isEqualTo(before);
        }
    }

    @Test
    void whatFillsAFileWhileItIsSyncedIsSyncedTheNextTime() throws IOException {
        var next = new AtomicLong();
        Journal journal = open(new Records());
        Records.append(journal, next.getAndIncrement());
        disk.setAfterSync(() -> {
            while (disk.list(FOLDER).size() < 2) {
                assertThatNoException().isThrownBy(() -> Records.append(journal, next.getAndIncrement()));
            }
        });
        journal.sync();
        journal.sync();
        disk.losePower();
        assertThat(replay().numbers()).isEqualTo(numbers(next.get()));
    }

    @Test
    void recordsFillFileAfterFileAndOldFilesGo() throws IOException {
        try (Journal journal = open(new Records())) {
            List<Long> refs = new ArrayList<>();
            for (long i = 0; i < 400; i++) {
                refs.add(Records.append(journal, i));
            }
            int files = disk.list(FOLDER).size();
            assertThat(files).isGreaterThan(3);
            journal.forgetBefore(refs.get(200));
            assertThat(disk.list(FOLDER)).hasSizeBetween(2, files - 1);
            byte[] body = new byte[Records.body(208).length];
            journal.read(refs.get(208), 0, body, 0, body.length);
            assertThat(body).isEqualTo(Records.body(208));
            assertThatThrownBy(() -> journal.read(refs.getFirst(), 0, body, 0, 0))
                    .isInstanceOf(Failure.Missing.class);
        }
        Records records = replay();
        records.checkWithoutGaps();
        assertThat(records.numbers().getFirst()).isBetween(1L, 200L);
        assertThat(records.numbers().getLast()).isEqualTo(399);
    }
}
