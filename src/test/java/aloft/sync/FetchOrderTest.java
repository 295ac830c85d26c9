package aloft.sync;

import static aloft.sync.TestCloud.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.cache.Cache;
import aloft.cache.CacheLimits;
import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.sync.TestCloud.Asked;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for what, in which order, and who is not waited for. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FetchOrderTest {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong clock = new AtomicLong();
    private final Gate gate = new Gate();
    private TestCloud cloud;
    private Cache cache;
    private Downloader downloader;

    @BeforeEach
    void open() throws Exception {
        cloud = new TestCloud();
        cache = Cache.open(folder, new CacheLimits(1L << 40, 8 * MIB, 16));
        downloader = downloader(Duration.ofMinutes(5), 8, 2);
    }

    private Downloader downloader(Duration deadline, int requests, int reserved) {
        return new Downloader(cloud, cloud.vault::opener, cache,
                new DownloadLimits(deadline, requests, reserved),
                clock::get, Thread::startVirtualThread);
    }

    @AfterEach
    void close() throws Exception {
        gate.open();
        downloader.close();
        cache.close();
        readers.shutdownNow();
    }

    private Future<byte[]> reading(BlockRow block, int offset, int length) {
        return readers.submit(() -> {
            byte[] to = new byte[length];
            downloader.read(block, offset, to, 0, length);
            return to;
        });
    }

    private static byte[] part(byte[] content, int offset, int length) {
        return Arrays.copyOfRange(content, offset, offset + length);
    }

    @Test
    void manyWhoWantTheSameShareOneRequest() throws Exception {
        byte[] content = content(1, 4 * MIB);
        BlockRow block = cloud.block(2, 0, content);
        cloud.weather = (asked, sent) -> gate.pass();
        List<Future<byte[]>> all = new ArrayList<>();
        all.add(reading(block, 0, 200 * KIB));
        gate.awaitReached();
        for (int i = 0; i < 20; i++) {
            all.add(reading(block, i * 5000, 100 * KIB - i));
        }
        gate.open();
        for (int i = 0; i < 20; i++) {
            assertThat(all.get(i + 1).get()).isEqualTo(part(content, i * 5000, 100 * KIB - i));
        }
        assertThat(all.getFirst().get()).isEqualTo(part(content, 0, 200 * KIB));
        assertThat(cloud.requests()).isEqualTo(1);
    }

    @Test
    void aReaderGetsItsSegmentAsSoonAsItIsThere() throws Exception {
        byte[] content = content(1, 4 * MIB);
        BlockRow block = cloud.block(2, 0, content);
        cloud.weather = (asked, sent) -> {
            if (sent >= MIB) {
                gate.pass();
            }
        };
        try (Guess guess = downloader.prefetch(block, 0, 4 * MIB)) {
            assertThat(guess).isNotNull();
            assertThat(reading(block, 0, 900 * KIB).get()).isEqualTo(part(content, 0, 900 * KIB));
            gate.awaitReached();
            Future<byte[]> late = reading(block, 3 * MIB, 1000);
            gate.open();
            assertThat(late.get()).isEqualTo(part(content, 3 * MIB, 1000));
        }
        assertThat(cloud.requests()).isEqualTo(1);
        assertThat(cloud.sent.get()).isLessThanOrEqualTo(block.length());
    }

    @Test
    void whatIsWaitedForGoesBeforeGuesses() throws Exception {
        List<BlockRow> blocks = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            blocks.add(cloud.block(2, i, content(i, MIB)));
        }
        downloader.close();
        downloader = downloader(Duration.ofMinutes(5), 3, 1);
        cloud.weather = (asked, sent) -> {
            if (asked.object().equals(blocks.get(0).object())
                    || asked.object().equals(blocks.get(1).object())) {
                gate.pass();
            }
        };
        List<Guess> guesses = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            guesses.add(downloader.prefetch(blocks.get(i), 0, MIB));
        }
        gate.awaitReached();
        assertThat(reading(blocks.get(5), 0, MIB).get()).isEqualTo(content(5, MIB));
        assertThat(reading(blocks.get(3), 0, MIB).get()).as("a guess that waits for its turn, now wanted")
                .isEqualTo(content(3, MIB));
        assertThat(cloud.asked().stream().map(Asked::object)).doesNotContain(blocks.get(2).object());
        gate.open();
        assertThat(reading(blocks.get(2), 0, MIB).get()).isEqualTo(content(2, MIB));
        guesses.forEach(Guess::close);
        assertThat(cloud.requests()).isEqualTo(5);
        assertThat(cloud.mostAtOnce()).isEqualTo(3);
    }

    @Test
    void aGuessThatIsGivenUpEndsAndWhatHasComeStays() throws Exception {
        byte[] content = content(1, 4 * MIB);
        BlockRow block = cloud.block(2, 0, content);
        BlockRow other = cloud.block(2, 1, content);
        downloader.close();
        downloader = downloader(Duration.ofMinutes(5), 1, 0);
        cloud.weather = (asked, sent) -> {
            if (sent >= MIB) {
                gate.pass();
            }
        };
        Guess running = downloader.prefetch(block, 0, 4 * MIB);
        Guess waiting = downloader.prefetch(other, 0, 4 * MIB);
        gate.awaitReached();
        waiting.close();
        running.close();
        gate.awaitBroken();
        while (downloader.present(block) < MIB) {
            Thread.onSpinWait();
        }
        cloud.weather = (asked, sent) -> {};
        assertThat(reading(block, 0, MIB).get()).isEqualTo(part(content, 0, MIB));
        assertThat(cloud.requests()).as("nothing of the other").isLessThanOrEqualTo(2);
        assertThat(cloud.sent.get()).isLessThanOrEqualTo(MIB + (128 << 10));
    }

    @Test
    void aGuessThatSomebodyWaitsForIsNotGivenUp() throws Exception {
        byte[] content = content(1, 4 * MIB);
        BlockRow block = cloud.block(2, 0, content);
        cloud.weather = (asked, sent) -> {
            if (sent >= MIB) {
                gate.pass();
            }
        };
        Guess guess = downloader.prefetch(block, 0, 4 * MIB);
        gate.awaitReached();
        var reader = new FutureTask<>(() -> {
            byte[] to = new byte[2 * MIB];
            downloader.read(block, 2 * MIB, to, 0, to.length);
            return to;
        });
        awaitWaiting(Thread.startVirtualThread(reader));
        guess.close();
        gate.open();
        assertThat(reader.get()).isEqualTo(part(content, 2 * MIB, 2 * MIB));
        assertThat(cloud.requests()).isEqualTo(1);
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void nothingForTooLongIsUnreachable() throws Exception {
        BlockRow block = cloud.block(2, 0, content(1, MIB));
        downloader.close();
        downloader = new Downloader(cloud, cloud.vault::opener, cache,
                new DownloadLimits(Duration.ofMillis(50), 8, 2), System::nanoTime,
                Thread::startVirtualThread);
        cloud.weather = (asked, sent) -> gate.pass();
        assertThatThrownBy(() -> downloader.read(block, 0, new byte[10], 0, 10))
                .isInstanceOf(Failure.Unreachable.class);
        assertThat(downloader.isOnline()).isFalse();
        cloud.weather = (asked, sent) -> {};
        downloader.close();
        downloader = downloader(Duration.ofMinutes(5), 1, 0);
        assertThat(reading(block, 0, MIB).get()).isEqualTo(content(1, MIB));
        assertThat(downloader.isOnline()).isTrue();
    }

    /** The kernel asks for the same page twice, and programs try again: the full wait is for the first alone. */
    @Test
    void whoAsksAfterTheCloudFellSilentWaitsATenth() throws Exception {
        BlockRow block = cloud.block(2, 0, content(1, MIB));
        downloader.close();
        downloader = new Downloader(cloud, cloud.vault::opener, cache,
                new DownloadLimits(Duration.ofSeconds(10), 8, 2), System::nanoTime,
                Thread::startVirtualThread);
        cloud.weather = (asked, sent) -> {
            throw new Failure.Unreachable("Gone.", null);
        };
        assertThatThrownBy(() -> downloader.read(block, 0, new byte[10], 0, 10)).hasMessage("Gone.");
        cloud.weather = (asked, sent) -> gate.pass();
        assertThatThrownBy(() -> downloader.read(block, 0, new byte[10], 0, 10))
                .isInstanceOf(Failure.Unreachable.class)
                .hasMessageContaining("nothing for 1 seconds");
        cloud.weather = (asked, sent) -> {};
        assertThat(reading(block, 0, MIB).get()).isEqualTo(content(1, MIB));
        assertThat(downloader.isOnline()).isTrue();
    }

    @Test
    void slowIsNotUnreachable() throws Exception {
        BlockRow block = cloud.block(2, 0, content(1, MIB));
        cloud.weather = (asked, sent) -> clock.addAndGet(Duration.ofMinutes(4).toNanos());
        assertThat(reading(block, 0, MIB).get()).isEqualTo(content(1, MIB));
        assertThat(clock.get()).isGreaterThan(Duration.ofHours(1).toNanos());
    }

    @Test
    void anInterruptedReaderReturns() throws Exception {
        byte[] content = content(1, MIB);
        BlockRow block = cloud.block(2, 0, content);
        cloud.weather = (asked, sent) -> gate.pass();
        var ended = new java.util.concurrent.CompletableFuture<Throwable>();
        Thread reader = Thread.startVirtualThread(() -> {
            try {
                downloader.read(block, 0, new byte[10], 0, 10);
                ended.complete(new AssertionError("was read"));
            } catch (Throwable e) {
                ended.complete(e);
            }
        });
        gate.awaitReached();
        reader.interrupt();
        assertThat(ended.get()).isInstanceOf(InterruptedIOException.class);
        gate.open();
        assertThat(reading(block, 0, MIB).get()).isEqualTo(content);
    }

    @Test
    void closingEndsWhoWaits() throws Exception {
        BlockRow block = cloud.block(2, 0, content(1, MIB));
        cloud.weather = (asked, sent) -> gate.pass();
        Future<byte[]> reader = reading(block, 0, 10);
        gate.awaitReached();
        downloader.close();
        gate.awaitBroken();
        assertThatThrownBy(reader::get).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(Failure.Unreachable.class);
        assertThatThrownBy(() -> downloader.read(block, 0, new byte[10], 0, 10))
                .isInstanceOf(Failure.Unreachable.class);
        assertThat(cloud.requests()).isEqualTo(1);
    }

    @Test
    void aRunThatIsOnItsWayInPartIsAskedForWhereItIsMissing() throws Exception {
        byte[] content = content(1, 4 * MIB);
        BlockRow block = cloud.block(2, 0, content);
        cloud.weather = (asked, sent) -> gate.pass();
        Future<byte[]> middle = reading(block, MIB, MIB);
        gate.awaitReached();
        Future<byte[]> all = reading(block, 0, 3 * MIB);
        while (cloud.requests() < 3) {
            Thread.onSpinWait();
        }
        gate.open();
        assertThat(all.get()).isEqualTo(part(content, 0, 3 * MIB));
        assertThat(middle.get()).isEqualTo(part(content, MIB, MIB));
        assertThat(cloud.requests()).isEqualTo(3);
        assertThat(cloud.sent.get()).isLessThanOrEqualTo(3 * MIB + 128 * KIB);
    }
}
