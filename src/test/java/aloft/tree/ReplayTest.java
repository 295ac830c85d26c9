package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.format.BlockRow;
import aloft.format.ObjectId;
import aloft.state.Journal;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the journal's records mean. */
class ReplayTest {

    private static final int FILE = 7;

    @Test
    void aHugeFileThatBecameACopyTakesManyRecords() throws IOException {
        List<BlockRow> rows = LongStream.range(0, 30_000)
                .mapToObj(i -> new BlockRow(3, i, new ObjectId(i, 1), 0, 4 << 20, 1, new byte[40], null))
                .toList();
        var replay = new Replay();
        long ref = 1_000;
        for (Entry part : Entry.parts(new Entry.Moved(3, FILE, 30_000L << 22, 5, rows))) {
            byte[] head = Entry.encode(part);
            assertThat(head.length).isLessThan(Journal.MAX_HEAD);
            replay.record(ref, head, 0);
            ref += head.length;
        }
        Replay.Content content = Objects.requireNonNull(replay.contents.get(7L));
        assertThat(content.base).usingRecursiveFieldByFieldElementComparator()
                .containsExactlyElementsOf(rows);
        assertThat(content.sizeRef).as("the first record is needed as long as the last").isEqualTo(1_000);
        assertThat(content.size).isEqualTo(30_000L << 22);
    }
}
