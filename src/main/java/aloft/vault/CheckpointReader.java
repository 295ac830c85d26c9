package aloft.vault;

import aloft.failure.Awaited;
import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import aloft.store.Store;
import aloft.vault.Checkpoint.Page;
import aloft.vault.RowWriter.Until;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a checkpoint: pages that lie together in one request, some requests at a time. Safe for many threads. */
public final class CheckpointReader {

    /** Bytes of one request at most. */
    private static final int MAX_RUN = 8 << 20;
    /** Bytes between two pages that are rather fetched than skipped. */
    private static final int MAX_GAP = 64 << 10;
    private static final int REQUESTS = 4;
    private static final int PAGES_AHEAD = 16;
    private static final int MAX_PAGE_JSON = 16 << 20;

    private final Store store;
    private final Keys keys;
    private final Checkpoint checkpoint;

    CheckpointReader(Store store, Keys keys, Checkpoint checkpoint) {
        this.store = store;
        this.keys = keys;
        this.checkpoint = checkpoint;
    }

    /**
     * Hands over all rows, on the calling thread, devices and entries before everything else.
     *
     * @throws Failure.Missing when a page is gone
     */
    public void read(RowSink sink) throws Failure, InterruptedIOException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            Queue<Run> waiting = new ArrayDeque<>(runs(inOrder(checkpoint.pages())));
            Queue<Future<Fetched>> fetching = new ArrayDeque<>();
            while (!waiting.isEmpty() || !fetching.isEmpty()) {
                while (!waiting.isEmpty() && fetching.size() < REQUESTS) {
                    Run run = waiting.remove();
                    fetching.add(threads.submit(() -> fetch(run)));
                }
                deliver(Awaited.result(fetching.remove(), "reading a checkpoint"), threads, sink);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The blocks of single files, without reading everything. */
    public BlockPages blocks() {
        return new BlockPages(checkpoint, page -> blocks(fetch(new Run(List.of(page))), page));
    }

    private List<BlockRow> blocks(Fetched fetched, Page page) throws Failure {
        List<BlockRow> blocks = new ArrayList<>(page.rows());
        for (Action action : rows(page, fetched.bytes(), 0).actions()) {
            if (action instanceof Action.PutBlock(BlockRow row)) {
                blocks.add(row);
            }
        }
        return blocks;
    }

    private static List<Page> inOrder(List<Page> pages) {
        return pages.stream()
                .sorted(Comparator
                        .comparing(page -> page.table() != Table.DEVICES && page.table() != Table.NODES))
                .toList();
    }

    private Fetched fetch(Run run) throws Failure, InterruptedIOException {
        byte[] bytes = new byte[run.length()];
        var sink = new ArraySink(bytes);
        store.read(ObjectKeys.object(Vault.Kind.PAGES, run.object()), run.offset(), bytes.length, sink);
        return new Fetched(run, bytes);
    }

    /** Has the next pages decrypted and parsed side by side while the rows of one are delivered. */
    private void deliver(Fetched fetched, ExecutorService threads, RowSink sink)
            throws Failure, InterruptedIOException {
        Queue<Future<Rows>> ahead = new ArrayDeque<>();
        for (Page page : fetched.run().pages()) {
            int at = page.offset() - fetched.run().offset();
            ahead.add(threads.submit(() -> rows(page, fetched.bytes(), at)));
            if (ahead.size() > PAGES_AHEAD) {
                Awaited.result(ahead.remove(), "reading a checkpoint").deliver(sink);
            }
        }
        while (!ahead.isEmpty()) {
            Awaited.result(ahead.remove(), "reading a checkpoint").deliver(sink);
        }
    }

    private Rows rows(Page page, byte[] bytes, int from) throws Failure {
        String what = "A page of the checkpoint";
        byte[] frame = StreamCipher.open(keys.root(page.rootKey()).meta(),
                keys.pageAad(page.object(), page.offset(), page.table().code()), bytes, from, page.length(),
                what);
        byte[] lines = Frames.unframe(frame, MAX_PAGE_JSON, what);
        var actions = new ArrayList<Action>(page.rows());
        var untils = new ArrayList<Until>();
        boolean old = page.table().isHistory();
        try (var reader = new RowReader(lines, what)) {
            for (Action action; (action = reader.nextOrNull(0)) != null;) {
                reader.json().check(actions.size() < page.rows() && belongs(action, page.table()));
                actions.add(action);
                if (old) {
                    reader.json().check(reader.until().seq() > 0);
                    untils.add(reader.until());
                }
            }
            reader.json().check(actions.size() == page.rows());
        }
        return new Rows(actions, old ? untils : null);
    }

    private static boolean belongs(Action action, Table table) {
        return switch (table) {
            case DEVICES -> action instanceof Action.RegisterDevice;
            case NODES, OLD_NODES -> action instanceof Action.PutNode;
            case BLOCKS, OLD_BLOCKS -> action instanceof Action.PutBlock;
        };
    }

    /** Pages that follow each other closely in one object. */
    private static List<Run> runs(List<Page> pages) {
        List<Run> runs = new ArrayList<>();
        List<Page> run = new ArrayList<>();
        for (Page page : pages) {
            if (!run.isEmpty() && !follows(run, page)) {
                runs.add(new Run(List.copyOf(run)));
                run.clear();
            }
            run.add(page);
        }
        if (!run.isEmpty()) {
            runs.add(new Run(List.copyOf(run)));
        }
        return runs;
    }

    private static boolean follows(List<Page> run, Page page) {
        Page last = run.getLast();
        int gap = page.offset() - last.offset() - last.length();
        return page.object().equals(last.object()) && gap >= 0 && gap <= MAX_GAP
                && page.offset() + page.length() - run.getFirst().offset() <= MAX_RUN;
    }

    private record Run(List<Page> pages) {

        ObjectId object() {
            return pages.getFirst().object();
        }

        int offset() {
            return pages.getFirst().offset();
        }

        int length() {
            return pages.getLast().offset() + pages.getLast().length() - offset();
        }
    }

    private record Fetched(Run run, byte[] bytes) {}

    /** @param untils when each was superseded; null for tables of what holds */
    private record Rows(List<Action> actions, @Nullable List<Until> untils) {

        void deliver(RowSink sink) throws Failure {
            for (int i = 0; i < actions.size(); i++) {
                Until until = untils == null ? Until.NOW : untils.get(i);
                switch (actions.get(i)) {
                    case Action.PutNode put when untils == null -> sink.node(put.row());
                    case Action.PutNode put -> sink.oldNode(put.row(), until.seq(), until.time());
                    case Action.PutBlock put when untils == null -> sink.block(put.row());
                    case Action.PutBlock put -> sink.oldBlock(put.row(), until.seq(), until.time());
                    case Action.RegisterDevice device -> sink.device(device.device(), device.name());
                    case Action other -> throw new IllegalStateException("not a row: " + other);
                }
            }
        }
    }

    private static final class ArraySink implements Store.Sink {
        private final byte[] to;
        private int size;

        ArraySink(byte[] to) {
            this.to = to;
        }

        @Override
        public void accept(byte[] bytes, int from, int length) {
            System.arraycopy(bytes, from, to, size, length);
            size += length;
        }
    }
}
