package aloft.tree;

import aloft.format.BlockRow;
import aloft.tree.FileContent.Gap;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Drops conflicted copies that turn out to hold the same bytes as what the other device wrote. Those of before a
 * restart stay. {@link #add} is safe for many threads, {@link #drop} for one at a time.
 */
final class SameContent {

    private static final System.Logger LOG = System.getLogger(SameContent.class.getName());
    /** Larger ones stay: to compare them would bring much down. */
    private static final long MOST_BYTES = 256L << 20;

    private final Tree tree;
    private final BlockReader reader;
    private final TreeListener listener;
    private final Queue<Pair> found = new ConcurrentLinkedQueue<>();

    private record Pair(long ours, long theirs) {}

    SameContent(Tree tree, BlockReader reader, TreeListener listener) {
        this.tree = tree;
        this.listener = listener;
        this.reader = reader;
    }

    /** @param candidates ids of copies of this device, and of what they may be the same as */
    void add(Map<Long, Long> candidates) {
        candidates.forEach((ours, theirs) -> found.add(new Pair(ours, theirs)));
    }

    /** Compares what was added since the last call; may wait for the network. What cannot be compared stays. */
    void drop() {
        for (Pair pair = found.poll(); pair != null; pair = found.poll()) {
            try {
                dropIfSame(pair);
            } catch (InterruptedIOException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "A conflicted copy stays, since it cannot be compared: {0}",
                        e.getMessage());
            }
        }
    }

    private void dropIfSame(Pair pair) throws IOException {
        FileContent content = tree.contents.contentOrNull(pair.ours());
        FrozenContent ours = content == null ? null : content.freezeOrNull(0);
        if (content == null || ours == null) {
            return;
        }
        try {
            if (ours.size() <= MOST_BYTES && isComparable(pair, ours)
                    && isSame(ours, tree.database.blocks(pair.theirs()))) {
                drop(pair, ours);
            }
        } finally {
            content.released();
        }
    }

    private boolean isComparable(Pair pair, FrozenContent ours) {
        int bits = ours.content().blockBits;
        return tree.locked(names -> {
            Node theirs = names.nodeOrNull(pair.theirs());
            return theirs != null && !theirs.written && theirs.size == ours.size()
                    && theirs.blockBits == bits;
        });
    }

    private boolean isSame(FrozenContent ours, List<BlockRow> rows) throws IOException {
        int bits = ours.content().blockBits;
        Map<Long, BlockRow> theirs = new HashMap<>();
        rows.forEach(row -> theirs.put(row.index(), row));
        byte[] one = new byte[(int) Math.min(1L << bits, ours.size())];
        byte[] other = new byte[one.length];
        for (long from = 0; from < ours.size(); from += 1L << bits) {
            int length = (int) Math.min(1L << bits, ours.size() - from);
            List<Gap> gaps = new ArrayList<>();
            ours.read(from, from + length, one, gaps);
            for (Gap gap : gaps) {
                reader.read(gap.block(), gap.offset(), one, gap.at(), gap.length());
            }
            BlockRow row = theirs.get(from >> bits);
            if (row == null) {
                Arrays.fill(other, 0, length, (byte) 0);
            } else {
                reader.read(row, 0, other, 0, length);
            }
            if (!Arrays.equals(one, 0, length, other, 0, length)) {
                return false;
            }
        }
        return true;
    }

    /** Unless somebody has changed it meanwhile, or is looking at it. */
    private void drop(Pair pair, FrozenContent compared) throws IOException {
        FileContent content = compared.content();
        content.lock.lock();
        try {
            String path = content.isAsOf(compared) && !tree.contents.isOpen(pair.ours())
                    ? removeOrNull(pair)
                    : null;
            if (path != null) {
                tree.contents.removed(pair.ours());
                listener.dropped(path);
            }
        } finally {
            content.lock.unlock();
        }
    }

    /** @return where it was */
    private @Nullable String removeOrNull(Pair pair) throws IOException {
        return tree.<@Nullable String>apply((names, now) -> {
            Node ours = names.nodeOrNull(pair.ours());
            Node theirs = names.nodeOrNull(pair.theirs());
            Intent intent = names.intentOrNull(pair.ours());
            if (ours == null || theirs == null || theirs.written || intent == null || intent.base != null) {
                return null;
            }
            String path = ours.path();
            names.remove(ours, now);
            return path;
        });
    }
}
