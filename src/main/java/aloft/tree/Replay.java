package aloft.tree;

import aloft.format.BlockRow;
import aloft.format.NodeRow;
import aloft.state.Journal;
import aloft.tree.Attempts.Tried;
import aloft.tree.Entry.Attempt;
import aloft.tree.Entry.Included;
import aloft.tree.Entry.NodeState;
import aloft.tree.Extents.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the journal after a restart: what of it is not in the log yet. Replaying it twice gives the same. */
final class Replay implements Journal.Replay {

    /** Entries by id, in the order of their first change. */
    final Map<Long, State> states = new LinkedHashMap<>();
    final Map<Long, Content> contents = new HashMap<>();
    /** Blocks of what is about to be moved to a file. */
    private final Map<Long, Beneath> beneath = new HashMap<>();
    private final Map<String, Tried> attempts = new LinkedHashMap<>();
    private long stamp;
    private long lastDone;
    private Set<Long> pins = Set.of();
    private long pinsRef;

    /** @param ref of the first record that holds some of the rows */
    private record Beneath(long ref, List<BlockRow> rows) {}

    /** @param row null when the entry is gone */
    record State(@Nullable NodeRow row, long stamp, long ref) {}

    /** The changes of one file's content. */
    static final class Content {
        Extents changes = new Extents();
        long size;
        long mtime;
        long sizeRef = Long.MAX_VALUE;
        long lastRef = -1;
        /** Blocks beneath, when they are not those of the database. */
        @Nullable
        List<BlockRow> base;
        boolean anew;

        void resized(long ref, long newSize, long time) {
            sizeRef = Math.min(sizeRef, ref);
            lastRef = ref;
            size = newSize;
            mtime = time;
        }
    }

    @Override
    public void record(long ref, byte[] head, int bodyLength) throws IOException {
        switch (Entry.decode(head)) {
            case Entry.Nodes nodes -> {
                stamp = Math.max(stamp, nodes.stamp());
                for (NodeState state : nodes.states()) {
                    states.put(state.id(), new State(state.row(), nodes.stamp(), ref));
                    if (state.row() == null) {
                        contents.remove(state.id());
                    }
                }
            }
            case Entry.Data data -> changed(data.file(),
                    new Extent(data.offset(), bodyLength, ref, 0, false), data.sizeAfter(), data.mtime());
            case Entry.Zeros zeros -> changed(zeros.file(),
                    new Extent(zeros.offset(), zeros.length(), ref, 0, true), zeros.sizeAfter(),
                    zeros.mtime());
            case Entry.Group group -> {
                for (byte[] each : group.entries()) {
                    record(ref, each, 0);
                }
            }
            case Entry.Beneath beneath -> beneath(beneath.to(), ref).rows().addAll(beneath.base());
            case Entry.Moved moved -> moved(moved, ref);
            case Attempt attempt -> {
                stamp = Math.max(stamp, attempt.stamp());
                attempts.put(key(attempt.hash()), new Tried(attempt, ref));
            }
            case Entry.Done done -> {
                Tried tried = attempts.remove(key(done.hash()));
                if (tried != null) {
                    lastDone = Math.max(lastDone, tried.attempt().seq());
                    settle(tried.attempt());
                }
            }
            case Entry.Pinned pinned -> {
                pins = Set.copyOf(pinned.ids());
                pinsRef = ref;
            }
            case Entry.Clean clean -> {
                stamp = Math.max(stamp, clean.stamp());
                clean.ids().forEach(id -> forget(id, clean.stamp()));
            }
        }
    }

    private static String key(byte[] hash) {
        return Arrays.toString(hash);
    }

    /** What is written to a file that was removed before goes nowhere, also when it comes back later. */
    private void changed(long file, Extent extent, long sizeAfter, long mtime) {
        State state = states.get(file);
        if (state == null || state.row() != null) {
            Content content = contents.computeIfAbsent(file, id -> new Content());
            content.changes.put(extent);
            content.resized(extent.ref(), sizeAfter, mtime);
        }
    }

    private Beneath beneath(long file, long ref) {
        return beneath.computeIfAbsent(file, id -> new Beneath(ref, new ArrayList<>()));
    }

    private void moved(Entry.Moved moved, long ref) {
        Content content = contents.remove(moved.from());
        if (content == null) {
            content = new Content();
        }
        Beneath before = beneath(moved.to(), ref);
        before.rows().addAll(moved.base());
        beneath.remove(moved.to());
        content.base = before.rows();
        content.anew = moved.from() == moved.to();
        content.resized(ref, moved.sizeAfter(), moved.mtime());
        content.sizeRef = Math.min(content.sizeRef, before.ref());
        contents.put(moved.to(), content);
    }

    /** A time that was set after the last write goes up with the content only: it stays with that. */
    private void forget(long id, long asOf) {
        State state = states.get(id);
        if (state != null && state.stamp() <= asOf) {
            states.remove(id);
            NodeRow row = state.row();
            Content content = contents.get(id);
            if (row != null && content != null && content.lastRef < state.ref()) {
                content.mtime = row.mtime();
            }
        }
    }

    /** What a commit that is in the log and in the database holds is no change any more. */
    void settle(Attempt attempt) {
        for (Included included : attempt.included()) {
            forget(included.id(), attempt.stamp());
            Content content = contents.get(included.id());
            if (content != null && included.contentRef() > 0) {
                settle(content, included);
            }
        }
    }

    private void settle(Content content, Included included) {
        for (long block : included.blocks()) {
            content.changes.forgetBefore(included.contentRef(), block << included.blockBits(),
                    (block + 1) << included.blockBits());
        }
        content.base = null;
        content.anew = false;
        if (content.lastRef < included.contentRef() && content.changes.isEmpty()) {
            contents.remove(included.id());
        } else {
            content.sizeRef = included.contentRef();
        }
    }

    /** Attempts that no later record settles. */
    List<Tried> open() {
        return List.copyOf(attempts.values());
    }

    void close(Tried tried) {
        attempts.remove(key(tried.attempt().hash()));
    }

    /** Seq of the last commit of ours that the database had when the journal was told; 0 for none. */
    long lastDone() {
        return lastDone;
    }

    Pins pins(Journal journal) {
        return new Pins(journal, pins, pinsRef);
    }

    /** The highest that the journal speaks of: what is changed from now on must get a higher one. */
    long stamp() {
        return stamp;
    }
}
