package aloft.sync;

import aloft.failure.Awaited;
import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import aloft.state.Database;
import aloft.vault.BlockOpener;
import aloft.vault.Segments;
import aloft.vault.Vault;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads every block that a row of the present or of the history names, some objects at a time. For one thread. */
final class PackCheck implements Closeable {

    private static final int AT_ONCE = 4;
    /** Bytes of one request, but for a block that is larger. */
    private static final int MOST = 8 << 20;

    private final Vault vault;
    private final Database database;
    private final Verification.Progress progress;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<BlockRow> damaged = new ArrayList<>();
    private long done;

    /** An object and the bytes of it that are needed. */
    private record Wanted(ObjectId object, long bytes) {}

    private record Checking(Wanted wanted, Future<List<BlockRow>> damaged) {}

    PackCheck(Vault vault, Database database, Verification.Progress progress) {
        this.vault = vault;
        this.database = database;
        this.progress = progress;
    }

    /** The blocks that cannot be read, those of one object together. */
    List<BlockRow> run() throws IOException {
        Map<ObjectId, Long> needed = new LinkedHashMap<>();
        database.objects().uses((object, length, old) -> needed.merge(object, (long) length, Long::sum));
        long total = needed.values().stream().mapToLong(Long::longValue).sum();
        Queue<Checking> checking = new ArrayDeque<>();
        for (Map.Entry<ObjectId, Long> each : needed.entrySet()) {
            ObjectId object = each.getKey();
            checking.add(new Checking(new Wanted(object, each.getValue()),
                    threads.submit(() -> check(object))));
            if (checking.size() >= AT_ONCE) {
                take(checking.remove(), total);
            }
        }
        while (!checking.isEmpty()) {
            take(checking.remove(), total);
        }
        return damaged;
    }

    private void take(Checking next, long total) throws IOException {
        damaged.addAll(Awaited.result(next.damaged(), "the vault was verified"));
        done += next.wanted().bytes();
        progress.at(done, total, next.wanted().object().hex());
    }

    private List<BlockRow> check(ObjectId object) throws IOException {
        List<BlockRow> rows = new ArrayList<>(database.objects().blocksIn(object));
        for (BlockRow old : database.objects().oldBlocksIn(object)) {
            if (rows.stream().noneMatch(row -> row.file() == old.file() && row.offset() == old.offset())) {
                rows.add(old);
            }
        }
        rows.sort(Comparator.comparingInt(BlockRow::offset));
        List<BlockRow> bad = new ArrayList<>();
        List<BlockRow> run = new ArrayList<>();
        for (BlockRow row : rows) {
            if (!run.isEmpty() && row.offset() + row.length() - run.getFirst().offset() > MOST) {
                check(run, bad);
                run.clear();
            }
            run.add(row);
        }
        if (!run.isEmpty()) {
            check(run, bad);
        }
        return bad;
    }

    /** What is bad in a request of many is asked for once more by itself. */
    private void check(List<BlockRow> run, List<BlockRow> bad) throws IOException {
        int from = run.getFirst().offset();
        int to = run.stream().mapToInt(row -> row.offset() + row.length()).max().orElse(from);
        byte[] bytes = new byte[to - from];
        boolean came = isRead(run.getFirst().object(), from, bytes);
        for (BlockRow row : run) {
            if (!came || !isGood(row, bytes, row.offset() - from)) {
                byte[] own = new byte[row.length()];
                if (!isRead(row.object(), row.offset(), own) || !isGood(row, own, 0)) {
                    bad.add(row);
                }
            }
        }
    }

    private boolean isRead(ObjectId object, int from, byte[] to) throws IOException {
        int[] size = new int[1];
        try {
            vault.read(object, from, to.length, (bytes, at, length) -> {
                System.arraycopy(bytes, at, to, size[0], length);
                size[0] += length;
            });
            return true;
        } catch (Failure.Damaged | Failure.Missing e) {
            return false;
        }
    }

    private boolean isGood(BlockRow row, byte[] bytes, int at) {
        try {
            byte[] header = new byte[Segments.HEADER];
            System.arraycopy(bytes, at, header, 0, header.length);
            BlockOpener opener = vault.opener(row, header);
            byte[] plain = new byte[Segments.SIZE];
            for (int i = 0; i < Segments.count(row.length()); i++) {
                opener.open(i, bytes, at + Segments.cipherStart(i), plain, 0);
            }
            return true;
        } catch (Failure.Damaged e) {
            return false;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
