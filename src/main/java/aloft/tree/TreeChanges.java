package aloft.tree;

import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import aloft.sync.LocalChanges;
import aloft.tree.Contents.Shown;
import aloft.tree.Entry.Attempt;
import aloft.tree.Entry.Included;
import aloft.tree.Freezer.Frozen;
import aloft.tree.Rebase.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the tree tells the sync engine and is told by it. */
final class TreeChanges implements LocalChanges {

    private static final int MOST_BLOCKS = 500;
    private static final long QUIET = 2_000_000_000L;
    /** How long a file that is written all the time waits for a quiet moment. */
    private static final long LONGEST = 60_000_000_000L;
    private static final long MUCH = 64L << 20;
    private static final int PARTS = 8;

    private final Tree tree;
    private final BlockReader reader;
    private final UnaryOperator<Name> conflictName;
    private final TreeListener listener;
    private final SameContent same;
    private final Attempts attempts;
    /** Since when, of those that were being written when they were looked at last. */
    private Map<FileContent, Long> heldBack = Map.of();
    /** Entries that were committed since the journal was trimmed. */
    private int untrimmed;

    private record Frost(Frozen frozen) implements Batch {
        @Override
        public List<Action> actions() {
            return frozen.actions();
        }

        @Override
        public boolean isFull() {
            return frozen.full();
        }
    }

    TreeChanges(Tree tree, BlockReader reader, UnaryOperator<Name> conflictName, TreeListener listener,
            Attempts attempts) {
        this.tree = tree;
        this.reader = reader;
        this.conflictName = conflictName;
        this.listener = listener;
        same = new SameContent(tree, reader, listener);
        this.attempts = attempts;
    }

    // ---- content that goes up

    @Override
    public List<DirtyFile> dirtyFiles(boolean all) {
        same.drop();
        long now = tree.now();
        List<DirtyFile> files = new ArrayList<>();
        Map<FileContent, Long> stillHeldBack = new HashMap<>();
        for (FileContent content : tree.contents.all()) {
            long since = heldBack.getOrDefault(content, now);
            if (!all && isBeingWritten(content, now) && Math.abs(now - since) < LONGEST) {
                stillHeldBack.put(content, since);
            } else {
                FrozenContent snapshot = content.freezeOrNull(MOST_BLOCKS);
                FrozenFile file = snapshot == null ? null : frozen(snapshot);
                if (file != null) {
                    files.add(file);
                }
            }
        }
        heldBack = stillHeldBack;
        files.sort(Comparator.comparing(DirtyFile::path));
        return files;
    }

    private boolean isBeingWritten(FileContent content, long now) {
        return tree.contents.isOpen(content.id) && Math.abs(now - content.mtime()) < QUIET
                && content.dirtyBytes() < MUCH;
    }

    private @Nullable FrozenFile frozen(FrozenContent snapshot) {
        return tree.locked(names -> {
            Node node = names.nodeOrNull(snapshot.id());
            return node == null
                    ? null
                    : new FrozenFile(snapshot,
                            node.row().withContent(snapshot.size(), snapshot.mtime()), node.path(), reader,
                            tree.contents);
        });
    }

    @Override
    public boolean pending() {
        return tree.locked(names -> !names.intents().isEmpty());
    }

    @Override
    public long pendingBytes() {
        return tree.contents.all().stream().mapToLong(FileContent::dirtyBytes).sum();
    }

    // ---- commits of ours

    @Override
    public Optional<Batch> freeze(ToIntFunction<Action> size) {
        Map<Long, Ready> ready = tree.contents.ready();
        Frozen frozen = tree.locked(names -> {
            names.contentIsUp(ready.keySet());
            Frozen made = new Freezer(names, ready, size).freeze();
            made.waiting().forEach(names::awaitContent);
            made.clean().forEach(id -> forget(names, id));
            return made;
        });
        return frozen.included().isEmpty() ? Optional.empty() : Optional.of(new Frost(frozen));
    }

    private static void forget(Namespace names, long id) {
        Intent intent = names.intentOrNull(id);
        if (intent != null) {
            names.forget(intent);
        }
    }

    @Override
    public void attempt(Batch batch, long seq, byte[] hash) throws IOException {
        Frozen frozen = ((Frost) batch).frozen();
        var attempt = new Attempt(seq, hash, frozen.stamp(), frozen.included());
        tree.sync();
        attempts.begin(attempt);
        tree.journal.sync();
    }

    @Override
    public boolean isOurs(byte[] hash) {
        return attempts.openOrNull(hash) != null;
    }

    @Override
    public boolean isUndecided() {
        return attempts.anyOpen();
    }

    @Override
    public void settled(Commit commit, byte[] hash) throws IOException {
        Attempt attempt = attempts.openOrNull(hash);
        if (attempt == null) {
            throw new IllegalArgumentException("not a commit of ours");
        }
        Map<Long, NodeRow> rows = new HashMap<>();
        Map<Long, List<BlockRow>> blocks = new HashMap<>();
        for (Action action : commit.actions()) {
            if (action instanceof Action.PutNode put) {
                rows.put(put.row().id(), put.row().withVersion(commit.seq()));
            } else if (action instanceof Action.PutBlock put) {
                blocks.computeIfAbsent(put.row().file(), id -> new ArrayList<>()).add(put.row());
            }
        }
        settle(attempt, rows, blocks);
        tree.database.sync();
        attempts.done(hash);
        attempts.dropOlder(commit.seq());
        trimWhenDue(attempt.included().size());
    }

    /** Who trims looks at all that waits: not for every few of a million. */
    private void trimWhenDue(int settled) throws IOException {
        untrimmed += settled;
        if (untrimmed >= tree.locked(names -> names.intents().size()) / PARTS) {
            untrimmed = 0;
            trim();
        }
    }

    /** Deletes files of the journal that nothing needs. */
    void trim() throws IOException {
        tree.trim(attempts.oldestRef());
    }

    /** While nothing is loaded: what a clean file's blocks are is told by its node alone. */
    private void settle(Attempt attempt, Map<Long, NodeRow> rows, Map<Long, List<BlockRow>> blocks)
            throws IOException {
        Lock applying = tree.contents.applying();
        applying.lock();
        try {
            for (Included included : attempt.included()) {
                if (included.contentRef() > 0) {
                    settleContent(included, blocks.getOrDefault(included.id(), List.of()));
                }
            }
            tree.apply((names, now) -> {
                attempt.included()
                        .forEach(included -> settleNode(names, attempt.stamp(), included,
                                rows.get(included.id())));
                return null;
            });
        } finally {
            applying.unlock();
        }
    }

    private void settleContent(Included included, List<BlockRow> rows) {
        FileContent content = tree.contents.contentOrNull(included.id());
        if (content == null) {
            return;
        }
        content.lock.lock();
        try {
            if (content.settled(included.contentRef(), rows, included.blocks())) {
                tree.locked(names -> {
                    Node node = names.nodeOrNull(included.id());
                    if (node != null) {
                        node.written = false;
                    }
                    return null;
                });
            }
        } finally {
            content.lock.unlock();
        }
        tree.contents.tidy(content);
    }

    private static void settleNode(Namespace names, long stamp, Included included, @Nullable NodeRow row) {
        Intent intent = names.intentOrNull(included.id());
        Node node = names.nodeOrNull(included.id());
        if (included.gone()) {
            if (intent != null && node == null) {
                names.forget(intent);
            }
            return;
        }
        NodeRow base = row != null ? row : intent == null ? null : intent.base;
        if (base == null) {
            return;
        }
        if (node == null) {
            if (intent == null) {
                names.gone(base);
            } else {
                names.rebase(intent, base);
            }
            return;
        }
        node.version = base.version();
        if (intent == null && !Namespace.same(node.row(), base)) {
            names.rebase(names.touch(node), base); // it was as before again when the commit arrived after all
        } else if (intent != null) {
            names.rebase(intent, base);
            intent.doneStamp = stamp;
            intent.doneRef = Math.max(intent.doneRef, included.contentRef());
            if (!node.written && Namespace.same(node.row(), base)) {
                names.forget(intent);
            }
        }
    }

    @Override
    public void lost(Set<ObjectId> objects) {
        tree.contents.all().forEach(content -> content.lost(objects));
    }

    @Override
    public void readOnly(@Nullable String why) {
        tree.readOnly(why);
    }

    // ---- commits of others

    @Override
    public void remote(Commit commit, Step database) throws IOException {
        tree.ids.reserve(commit.actions().size());
        Lock applying = tree.contents.applying();
        List<String> places = new ArrayList<>();
        applying.lock();
        try {
            Outcome outcome = rebase(commit);
            tree.locked(names -> places.addAll(ChangedPaths.of(names, commit, outcome.places())));
            for (long id : outcome.revived()) {
                revive(id);
            }
            same.add(outcome.alike());
            tree.journal.sync();
            database.run();
        } finally {
            applying.unlock();
            listener.changed(commit, places); // the tree shows it, even if the database cannot take it yet
        }
        attempts.dropOlder(commit.seq());
    }

    /** While nobody writes, so that no byte goes to what a name led to before. */
    private Outcome rebase(Commit commit) throws IOException {
        List<FileContent> open = tree.contents.all()
                .stream()
                .sorted(Comparator.comparingLong(content -> content.id))
                .toList();
        open.forEach(content -> content.lock.lock());
        try {
            Outcome outcome = tree.apply((names, now) -> {
                Outcome made = new Rebase(names, tree.ids::takeReserved, conflictName).apply(commit);
                made.copies().forEach(this::moveContent);
                made.replaced().forEach(id -> tree.contents.replaced(id, null));
                made.dropped().forEach(tree.contents::replaced);
                return made;
            });
            if (commit.moves()) {
                follow(open, new CommittedBlocks.Moves(commit));
            }
            return outcome;
        } finally {
            open.forEach(content -> content.lock.unlock());
        }
    }

    private void follow(List<FileContent> open, CommittedBlocks.Moves moves) throws IOException {
        for (FileContent content : open) {
            content.lock.lock();
            try {
                if (content.follow(moves)) {
                    tree.append(content.moved(content.id, content.id));
                }
            } finally {
                content.lock.unlock();
            }
        }
    }

    private void moveContent(Rebase.Copy copy) {
        FileContent content = tree.contents.contentOrNull(copy.from());
        if (content != null) {
            content.lock.lock();
            try {
                tree.moved(content.moved(copy.from(), copy.to()));
                content.moveTo(copy.to(), tree.journal.end());
                tree.contents.moved(copy.from(), copy.to());
            } finally {
                content.lock.unlock();
            }
        }
    }

    /** The log lost a file that stays: its blocks are named again by the next commit. */
    private void revive(long id) throws IOException {
        Node node = tree.locked(names -> names.nodeOrNull(id));
        if (node == null || node.type != NodeType.FILE) {
            return;
        }
        FileContent known = tree.contents.acquireOrNull(id);
        FileContent content = known != null
                ? known
                : tree.contents.acquire(tree.contents
                        .load(new Shown(id, node.blockBits, node.size, node.mtime, true)));
        content.lock.lock();
        try {
            content.nameAnew(tree.append(content.moved(id, id)));
        } finally {
            content.lock.unlock();
            tree.contents.release(content);
        }
    }
}
