package aloft.sync;

import aloft.cache.Cache;
import aloft.cache.Range;
import aloft.failure.Failure;
import aloft.format.BlockRow;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Brings many blocks to this device, whole, with many requests at a time. Not thread safe; used once. */
final class WholeBlocks {

    /** Bytes that are asked for ahead of what is waited for. */
    private static final long AHEAD = 24 << 20;
    /** Bytes of small files that come with one request. */
    private static final int GROUP = 4 << 20;

    private final BlockRead.Parts parts;
    private final Consumer<BlockRow> done;
    private final Deque<Group> asked = new ArrayDeque<>();
    private long bytes;

    WholeBlocks(BlockRead.Parts parts, Consumer<BlockRow> done) {
        this.parts = parts;
        this.done = done;
    }

    /** Blocks that lie one behind the other and are on their way. */
    private record Group(List<BlockRow> blocks, List<BlockRow> missing, Claim claim, long bytes) {}

    void fetch(Iterable<BlockRow> blocks) throws Failure, InterruptedIOException {
        try {
            List<BlockRow> next = new ArrayList<>();
            for (BlockRow block : blocks) {
                var _ = Spans.plainLength(block);
                if (!belongs(block, next)) {
                    ask(next);
                    next = new ArrayList<>();
                }
                next.add(block);
                while (bytes > AHEAD) {
                    finish();
                }
            }
            if (!next.isEmpty()) {
                ask(next);
            }
            while (!asked.isEmpty()) {
                finish();
            }
        } finally {
            asked.forEach(group -> group.claim().close());
        }
    }

    private static boolean belongs(BlockRow block, List<BlockRow> group) {
        if (group.isEmpty()) {
            return true;
        }
        BlockRow last = group.getLast();
        return block.object().equals(last.object()) && block.offset() == last.offset() + last.length()
                && block.offset() + block.length() - group.getFirst().offset() <= GROUP;
    }

    private void ask(List<BlockRow> blocks) {
        Group group = claim(blocks);
        asked.add(group);
        bytes += group.bytes();
    }

    private Group claim(List<BlockRow> blocks) {
        List<BlockRow> missing = blocks.stream().filter(block -> !isHere(block)).toList();
        List<Range> wanted = new ArrayList<>();
        missing.forEach(block -> wanted.addAll(Spans.segments(block)));
        long size = missing.stream().mapToLong(BlockRow::length).sum();
        var claim = parts.fetches().claim(blocks.getFirst().object(), wanted, 0, Job.Level.WHOLE);
        return new Group(blocks, missing, claim, size);
    }

    private void finish() throws Failure, InterruptedIOException {
        Group group = asked.remove();
        bytes -= group.bytes();
        receive(group);
        if (!group.blocks().stream().allMatch(this::isHere)) {
            // somebody gave it up while it came, or there is no room
            receive(claim(group.blocks()));
        }
        for (BlockRow block : group.blocks()) {
            if (!isHere(block)) {
                throw new Failure.Full(
                        "There is no space left on this device to keep it: free up space, then pin it again.",
                        null);
            }
            done.accept(block);
        }
    }

    private void receive(Group group) throws Failure, InterruptedIOException {
        try (var claim = group.claim()) {
            claim.awaitEnd();
            for (BlockRow block : group.missing()) {
                verify(block, claim);
            }
        }
    }

    private void verify(BlockRow block, Claim claim) throws Failure, InterruptedIOException {
        int plain = Spans.plainLength(block);
        if (plain > 0) {
            new BlockRead(parts, block, 0, plain, null, 0).remote(0, claim);
        }
    }

    private boolean isHere(BlockRow block) {
        Cache cache = parts.cache();
        return cache.present(block.object(), block.offset(), block.length()) == block.length();
    }
}
