package aloft.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.ObjectId;
import aloft.store.FaultyStore;
import aloft.store.FaultyStore.Call;
import aloft.store.FaultyStore.Fault;
import aloft.store.MemoryStore;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {

    private final MemoryStore memory = new MemoryStore();
    private final AtomicInteger reads = new AtomicInteger();
    private final FaultyStore store = new FaultyStore(memory, new Random(1), new FaultyStore.Hooks() {
        @Override
        public void before(Call call, String key) {
            if (call == Call.READ) {
                reads.incrementAndGet();
            }
        }

        @Override
        public void stall(Call call, String key) throws InterruptedIOException {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }
    });
    private final byte[] head = Derive.sha256(new byte[0]);
    private Vault vault;

    @BeforeEach
    void create() throws Exception {
        vault = VaultTest.create(store);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1_500, 1_501, 2_600, 12_345})
    void givesBackEveryRow(int files) throws Exception {
        TestRows rows = TestRows.random(files, files);
        Checkpoint written = vault.writeCheckpoint(7, head, rows, null);
        Checkpoint found = vault.newestCheckpoint().orElseThrow();
        assertThat(found.seq()).isEqualTo(7);
        assertThat(found.head()).isEqualTo(head);
        assertThat(found.pages().toString()).isEqualTo(written.pages().toString());
        assertThat(found.rows()).isEqualTo(2L * files + 1);
        assertThat(read(found).text()).isEqualTo(rows.text());
    }

    @Test
    void givesBackOddRowsAndHistory() throws Exception {
        var random = new Random(3);
        var rows = new TestRows();
        for (int i = 0; i < 3_000; i++) {
            rows.node(TestRows.anyNode(random));
            rows.oldNode(TestRows.anyNode(random), 1 + random.nextInt(50), random.nextLong());
            rows.block(TestRows.block(random, random.nextLong() | 2, random.nextInt(9)));
            rows.oldBlock(i % 10 == 0 ? hole(i) : TestRows.block(random, 5, i), 1 + random.nextInt(50), 99);
        }
        assertThat(read(vault.writeCheckpoint(1, head, rows, null)).text()).isEqualTo(rows.text());
    }

    @Test
    void writesOnlyThePagesThatChanged() throws Exception {
        TestRows rows = TestRows.random(8_000, 5);
        Checkpoint first = vault.writeCheckpoint(1, head, rows, null);
        assertThat(first.pages()).hasSizeBetween(16, 19);

        Checkpoint same = vault.writeCheckpoint(2, head, rows, first);
        assertThat(same.pages()).isEqualTo(first.pages());

        NodeRow changed = rows.nodes.firstEntry().getValue().withContent(1, 2);
        rows.node(changed);
        rows.nodes.remove(rows.nodes.lastKey());
        Checkpoint second = vault.writeCheckpoint(3, head, rows, same);
        var fresh = new ArrayList<>(second.pages());
        fresh.removeAll(same.pages());
        assertThat(fresh).hasSize(2);
        assertThat(read(second).text()).isEqualTo(rows.text());
    }

    @Test
    void pagesStayOfASizeWhileRowsComeAndGo() throws Exception {
        var random = new Random(11);
        TestRows rows = TestRows.random(3_000, 6);
        Checkpoint last = vault.writeCheckpoint(1, head, rows, null);
        for (int seq = 2; seq < 20; seq++) {
            change(rows, random, seq);
            last = vault.writeCheckpoint(seq, head, rows, last);
            assertThat(read(last).text()).isEqualTo(rows.text());
            assertThat(last.pages()).allMatch(page -> page.rows() <= 1_500);
            for (Table table : Table.values()) {
                var pages = last.pages().stream().filter(page -> page.table() == table).toList();
                long least = pages.stream().filter(page -> page.rows() < 250).count();
                assertThat(least).as("small pages of " + table).isLessThanOrEqualTo(2);
            }
        }
    }

    private static void change(TestRows rows, Random random, int seq) {
        int parent = 1 + random.nextInt(250);
        switch (random.nextInt(4)) {
            case 0 -> {
                for (int i = 0; i < 2_000; i++) {
                    rows.node(TestRows.node(random, parent, Name.of(seq + "-" + i), 1_000_000L * seq + i));
                }
            }
            case 1 -> rows.nodes.keySet().removeIf(key -> key.first() % 3 == 0 && random.nextInt(10) > 0);
            case 2 -> rows.blocks.keySet().removeIf(_ -> random.nextInt(1_000) == 0);
            default -> {
                for (NodeRow row : List.copyOf(rows.nodes.values())) {
                    if (row.parent() == parent) {
                        rows.oldNode(row, seq, seq * 10L);
                        rows.node(row.withContent(seq, seq));
                    }
                }
            }
        }
    }

    @Test
    void objectsThatHoldLittleAreJoinedInTime() throws Exception {
        TestRows rows = TestRows.random(3_000, 8);
        Checkpoint last = vault.writeCheckpoint(1, head, rows, null);
        var random = new Random(12);
        for (int seq = 2; seq < 45; seq++) {
            var keys = new ArrayList<>(rows.nodes.keySet());
            Key key = keys.get(random.nextInt(keys.size()));
            rows.nodes.compute(key, (_, row) -> row == null ? null : row.withContent(5, 5));
            last = vault.writeCheckpoint(seq, head, rows, last);
            assertThat(last.objects()).hasSizeLessThanOrEqualTo(34);
        }
        assertThat(read(last).text()).isEqualTo(rows.text());
    }

    @Test
    void readsNeighbouringPagesInOneRequest() throws Exception {
        Checkpoint checkpoint = vault.writeCheckpoint(1, head, TestRows.random(6_000, 9), null);
        read(checkpoint);
        assertThat(reads.get()).isEqualTo(checkpoint.objects().size()).isLessThan(3);
    }

    @Test
    void findsTheBlocksOfSingleFilesPageByPage() throws Exception {
        TestRows rows = TestRows.random(6_000, 13);
        var random = new Random(14);
        for (int index = 0; index < 4_000; index++) {
            rows.block(TestRows.block(random, 3_000, index));
        }
        Checkpoint checkpoint = vault.writeCheckpoint(1, head, rows, null);
        reads.set(0);
        BlockPages pages = vault.reader(checkpoint).blocks();
        assertThat(reads.get()).isZero();
        Set<Long> files = new TreeSet<>(List.of(-5L, 0L, Long.MAX_VALUE));
        rows.blocks.values().forEach(row -> files.add(row.file()));
        for (long file : files) {
            assertThat(pages.of(file).stream().map(TestRows::text)).containsExactlyElementsOf(
                    rows.blocks.values()
                            .stream()
                            .filter(row -> row.file() == file)
                            .map(TestRows::text)
                            .toList());
        }
        long blockPages = checkpoint.pages().stream().filter(page -> page.table() == Table.BLOCKS).count();
        assertThat((long) reads.get()).isEqualTo(blockPages).isGreaterThan(5);
        pages.of(Long.MAX_VALUE);
        assertThat((long) reads.get()).isEqualTo(blockPages);
    }

    @Test
    void asksAgainForAPageThatDidNotCome() throws Exception {
        TestRows rows = TestRows.random(10, 1);
        BlockPages pages = vault.reader(vault.writeCheckpoint(1, head, rows, null)).blocks();
        BlockRow row = rows.blocks.firstEntry().getValue();
        store.next(Call.READ, Fault.LOST_REQUEST);
        assertThatThrownBy(() -> pages.of(row.file())).isInstanceOf(Failure.Unreachable.class);
        assertThat(pages.of(row.file()).stream().map(TestRows::text)).contains(TestRows.text(row));
    }

    @Test
    void keepsTheNewestThreeAndFallsBackToAnOlderOne() throws Exception {
        for (int seq = 1; seq <= 5; seq++) {
            vault.writeCheckpoint(seq, head, TestRows.random(seq, seq), null);
        }
        Set<String> keys = new HashSet<>();
        memory.list("k/", object -> keys.add(object.key()));
        assertThat(keys).containsExactlyInAnyOrder(ObjectKeys.checkpoint(3), ObjectKeys.checkpoint(4),
                ObjectKeys.checkpoint(5));

        memory.put(ObjectKeys.checkpoint(5), memory.get(ObjectKeys.checkpoint(4), 1 << 20).bytes());
        memory.put("k/other", new byte[1]);
        assertThat(vault.newestCheckpoint().orElseThrow().seq()).isEqualTo(4);
        assertThat(vault.checkpointBefore(4).orElseThrow().seq()).isEqualTo(3);
        assertThat(vault.checkpointBefore(3)).isEmpty();
    }

    @Test
    void takesTheCheckpointOfAnotherDeviceThatWasFirst() throws Exception {
        vault.writeCheckpoint(1, head, TestRows.random(10, 1), null);
        Checkpoint second = vault.writeCheckpoint(1, head, TestRows.random(20, 2), null);
        assertThat(second.rows()).isEqualTo(21);
        assertThat(read(vault.newestCheckpoint().orElseThrow()).nodes).hasSize(10);
    }

    @Test
    void settlesAnUnknownOutcomeOfItsIndex() throws Exception {
        store.next(Call.PUT_IF_ABSENT, Fault.LOST_ANSWER);
        assertThat(vault.writeCheckpoint(1, head, TestRows.random(10, 1), null).rows()).isEqualTo(21);
        store.next(Call.PUT_IF_ABSENT, Fault.LOST_REQUEST);
        assertThatThrownBy(() -> vault.writeCheckpoint(2, head, TestRows.random(10, 1), null))
                .isInstanceOf(Failure.Unreachable.class);
    }

    @Test
    void namesADamagedOrMissingPage() throws Exception {
        Checkpoint checkpoint = vault.writeCheckpoint(1, head, TestRows.random(3_000, 1), null);
        ObjectId object = checkpoint.objects().iterator().next();
        String key = ObjectKeys.object(Vault.Kind.PAGES, object);
        byte[] bytes = memory.get(key, 10 << 20).bytes();
        bytes[bytes.length / 2] ^= 1;
        memory.put(key, bytes);
        assertThatThrownBy(() -> read(checkpoint)).isInstanceOf(Failure.Damaged.class);
        memory.delete(key);
        assertThatThrownBy(() -> read(checkpoint)).isInstanceOf(Failure.Missing.class);
    }

    @Test
    void passesAFailedPutOfAPageOn() throws Exception {
        store.next(Call.PUT, Fault.BUSY);
        assertThatThrownBy(() -> vault.writeCheckpoint(1, head, TestRows.random(10, 1), null))
                .isInstanceOf(Failure.Busy.class);
    }

    @Test
    void endsWhenInterrupted() throws Exception {
        Checkpoint checkpoint = vault.writeCheckpoint(1, head, TestRows.random(10, 1), null);
        store.next(Call.READ, Fault.STALL);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> read(checkpoint)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private TestRows read(Checkpoint checkpoint) throws Exception {
        var rows = new TestRows();
        vault.reader(checkpoint).read(rows);
        return rows;
    }

    /** A file's earlier version had nothing there. NullAway does not see the annotation in a class file. */
    @SuppressWarnings("NullAway")
    private static BlockRow hole(int index) {
        return new BlockRow(5, index, new ObjectId(0, 0), 0, 0, 0, null, null);
    }
}
