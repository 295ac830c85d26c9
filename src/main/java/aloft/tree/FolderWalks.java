package aloft.tree;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.Name;
import aloft.format.NodeType;
import aloft.sync.Downloader;
import aloft.sync.Guess;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings along the heads of what comes next where somebody begins one file of a folder after the other, by name: a file
 * manager that draws pictures, a player, a copy. Small files come with their neighbours in the pack already. Safe
 * for many threads.
 */
final class FolderWalks {

    private static final System.Logger LOG = System.getLogger(FolderWalks.class.getName());
    private static final int HEAD = 128 << 10;
    private static final long SMALL = 256 << 10;
    /** The rows of its blocks are too many for a guess. */
    private static final long LARGE = 4L << 30;
    /** Files that are asked for ahead. */
    private static final int MOST = 8;
    /** A walker that leaves out fewer entries still goes on. */
    private static final int SKIP = 4;
    /** More are not put in order for a guess. */
    private static final int MOST_ENTRIES = 20_000;
    private static final int FOLDERS = 8;

    private final Tree tree;
    private final Downloader downloader;
    private final ReentrantLock lock = new ReentrantLock();
    @GuardedBy("lock")
    private final Map<Long, Walk> walks = new LinkedHashMap<>(16, 0.75f, true);

    FolderWalks(Tree tree, Downloader downloader) {
        this.tree = tree;
        this.downloader = downloader;
    }

    private record Where(Folder folder, Name name, long size) {}

    private record Sibling(Name name, Node node) {}

    /** One walker's way through a folder. */
    private static final class Walk {
        private Name last;
        /** By name; not known before the second file. */
        private List<Sibling> files = List.of();
        /** What comes before this was asked for, or passed. */
        private int asked;
        private int window = 1;
        private final Deque<Ahead> guesses = new ArrayDeque<>();

        private record Ahead(int index, Guess guess) {}

        Walk(Name first) {
            last = first;
        }

        int indexOf(Name name) {
            int low = 0;
            int high = files.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (files.get(middle).name().compareTo(name) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low < files.size() && files.get(low).name().equals(name) ? low : -1;
        }

        /** The files to ask for, as somebody begins this one. */
        List<Sibling> step(Name name, boolean here) {
            int from = indexOf(last);
            int at = indexOf(name);
            last = name;
            if (here && (at < 0 || at >= asked)) {
                return List.of();
            }
            if (from < 0 || at <= from || at - from > SKIP) {
                leave(Integer.MAX_VALUE);
                files = at < 0 ? List.of() : files;
                asked = 0;
                window = 1;
                return List.of();
            }
            leave(at);
            window = Math.min(2 * window, MOST);
            int begin = Math.max(asked, at + 1);
            int end = Math.min(at + 1 + window, files.size());
            asked = Math.max(asked, end);
            return begin < end ? files.subList(begin, end) : List.of();
        }

        void keep(Sibling file, Guess guess) {
            guesses.add(new Ahead(indexOf(file.name()), guess));
        }

        void leave(int before) {
            while (!guesses.isEmpty() && guesses.getFirst().index() < before) {
                guesses.remove().guess().close();
            }
        }
    }

    /**
     * Somebody reads the head of a file now.
     *
     * @param first the block that has it
     */
    void begins(Node node, BlockRow first) throws FsException {
        Where where = tree.look(names -> whereOrNull(node));
        if (where == null || where.size() <= SMALL) {
            return;
        }
        boolean here = downloader.has(first, 0, 1);
        if (!lock.tryLock()) {
            return; // a guess is not worth waiting
        }
        try {
            Walk walk = walks.get(where.folder().id);
            if (walk != null && !walk.last.equals(where.name())) {
                goOn(walk, where, here);
            } else if (walk == null && !here) {
                walks.put(where.folder().id, new Walk(where.name()));
                forgetEldest();
            }
        } catch (Failure e) {
            LOG.log(Level.DEBUG, "nothing is brought along: {0}", e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Where whereOrNull(Node node) {
        return node.parent == null || node.name == null ? null : new Where(node.parent, node.name, node.size);
    }

    @GuardedBy("lock")
    private void goOn(Walk walk, Where where, boolean here) throws FsException, Failure {
        if (walk.files.isEmpty() && !here) {
            walk.files = filesOf(where.folder());
        }
        List<Sibling> next = walk.step(where.name(), here);
        Map<Long, Sibling> wanted = new LinkedHashMap<>();
        tree.look(names -> {
            for (Sibling file : next) {
                Node node = file.node();
                if (node.parent == where.folder() && node.size > SMALL && node.size <= LARGE
                        && tree.contents.contentOrNull(node.id) == null) {
                    wanted.put(node.id, file);
                }
            }
            return null;
        });
        if (wanted.isEmpty()) {
            return;
        }
        Map<Long, List<BlockRow>> blocks = tree.database.blocks(wanted.keySet());
        wanted.forEach((id, file) -> blocks.getOrDefault(id, List.of())
                .stream()
                .filter(block -> block.index() == 0)
                .findFirst()
                .ifPresent(block -> walk.keep(file, downloader.prefetch(block, 0, HEAD))));
    }

    /** None where there are too many. */
    private List<Sibling> filesOf(Folder folder) throws FsException {
        List<Sibling> files = tree.look(names -> {
            List<Sibling> found = new ArrayList<>();
            if (folder.count() <= MOST_ENTRIES) {
                for (Node node : folder.children()) {
                    if (node.type == NodeType.FILE && node.name != null) {
                        found.add(new Sibling(node.name, node));
                    }
                }
            }
            return found;
        });
        files.sort(Comparator.comparing(Sibling::name));
        return files;
    }

    @GuardedBy("lock")
    private void forgetEldest() {
        if (walks.size() > FOLDERS) {
            Walk eldest = walks.remove(walks.keySet().iterator().next());
            if (eldest != null) {
                eldest.leave(Integer.MAX_VALUE);
            }
        }
    }
}
