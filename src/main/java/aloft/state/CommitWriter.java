package aloft.state;

import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one commit into the tables. Every device that has the same rows gets the same rows. */
final class CommitWriter {
    /*-
     * History keeps what was in force before the commit, at most one row for each key: what a commit puts and
     * takes away again was never in force.
     *
     * A block that gets its first row where the file's earlier versions had a hole leaves a row of length 0 in the
     * history, so that every version can be rebuilt: the block as of commit S is the history row with the lowest until
     * above S, else the present row.
     *
     * When a file's id is at no name after the commit, its blocks go to the history too.
     *
     * A commit that only moves blocks leaves no history of them: the bytes of every version are where it says now.
     */

    private record BlockKey(long file, long index) {}

    private static final ObjectId NO_OBJECT = new ObjectId(0, 0);

    private final Session session;
    private final Commit commit;
    private final Set<BlockKey> touched = new HashSet<>();
    private final Set<Long> lostFiles = new HashSet<>();
    /** For files that get new blocks: how many blocks their earlier versions had at most. */
    private final Map<Long, Long> blocksBefore = new HashMap<>();

    CommitWriter(Session session, Commit commit) {
        this.session = session;
        this.commit = commit;
    }

    void write(byte[] hash) throws SQLException {
        for (Action action : commit.actions()) {
            switch (action) {
                case Action.PutNode(NodeRow row) -> put(row.withVersion(commit.seq()));
                case Action.DeleteNode(long parent, Name name) -> delete(parent, name);
                case Action.PutBlock(BlockRow row) -> put(row);
                case Action.DeleteBlock(long file, long index) -> deleteBlock(file, index);
                case Action.RegisterDevice(int device, String name) -> session.update(
                        "MERGE INTO device (id, name) VALUES (?, ?)", device, name);
                case Action.Collect collect -> forget(collect.forget());
            }
        }
        for (long file : lostFiles) {
            forgetBlocksIfGone(file);
        }
        session.update("INSERT INTO log (seq, hash, time, device) VALUES (?, ?, ?, ?)", commit.seq(), hash,
                commit.time(), commit.device());
    }

    private void forget(long seq) throws SQLException {
        if (seq > 0) {
            session.update("DELETE FROM old_node WHERE until_seq <= ?", seq);
            session.update("DELETE FROM old_block WHERE until_seq <= ?", seq);
            session.update("DELETE FROM log WHERE seq <= ?",
                    Math.min(seq, commit.seq() - Database.HASHES_KEPT));
        }
    }

    private void put(NodeRow row) throws SQLException {
        delete(row.parent(), row.name());
        Rows.fill(session.prepare(Rows.INSERT_NODE), row).executeUpdate();
    }

    private void delete(long parent, Name name) throws SQLException {
        NodeRow old = session.firstOrNull(Rows::node,
                "SELECT " + Rows.NODE + " FROM node WHERE parent = ? AND name = ?", parent, name.bytes());
        if (old == null) {
            return;
        }
        if (old.version() != commit.seq()) {
            Rows.fill(session.prepare(Rows.INSERT_OLD_NODE), old, commit.seq(), commit.time())
                    .executeUpdate();
        }
        if (old.type() == NodeType.FILE) {
            lostFiles.add(old.id());
        }
        session.update("DELETE FROM node WHERE parent = ? AND name = ?", parent, name.bytes());
    }

    private void put(BlockRow row) throws SQLException {
        boolean first = !commit.moves() && touched.add(new BlockKey(row.file(), row.index()));
        BlockRow old = blockOrNull(row.file(), row.index());
        if (first && old != null) {
            keep(old);
        } else if (first && row.index() < blocksBefore(row.file())) {
            keep(new BlockRow(row.file(), row.index(), NO_OBJECT, 0, 0, 0, null, null));
        }
        if (old != null) {
            session.update("DELETE FROM block WHERE file = ? AND number = ?", row.file(), row.index());
        }
        Rows.fill(session.prepare(Rows.INSERT_BLOCK), row).executeUpdate();
    }

    private void deleteBlock(long file, long index) throws SQLException {
        BlockRow old = blockOrNull(file, index);
        if (old == null) {
            return;
        }
        if (touched.add(new BlockKey(file, index))) {
            keep(old);
        }
        session.update("DELETE FROM block WHERE file = ? AND number = ?", file, index);
    }

    private @Nullable BlockRow blockOrNull(long file, long index) throws SQLException {
        return session.firstOrNull(Rows::block,
                "SELECT " + Rows.BLOCK + " FROM block WHERE file = ? AND number = ?", file, index);
    }

    private void keep(BlockRow old) throws SQLException {
        Rows.fill(session.prepare(Rows.INSERT_OLD_BLOCK), old, commit.seq(), commit.time()).executeUpdate();
    }

    private long blocksBefore(long file) throws SQLException {
        Long known = blocksBefore.get(file);
        if (known == null) {
            long now = blocks("SELECT size, block_bits FROM node WHERE id = ? AND version <> ?", file,
                    commit.seq());
            // the index gives the largest at once
            long earlier = blocks(
                    "SELECT size, block_bits FROM old_node WHERE id = ? ORDER BY id DESC, size DESC"
                            + " LIMIT 1",
                    file);
            known = Math.max(now, earlier);
            blocksBefore.put(file, known);
        }
        return known;
    }

    private long blocks(String sql, Object... parameters) throws SQLException {
        Long blocks = session.firstOrNull(
                row -> row.getLong(1) + (1L << row.getInt(2)) - 1 >> row.getInt(2), sql, parameters);
        return blocks == null ? 0 : blocks;
    }

    private void forgetBlocksIfGone(long file) throws SQLException {
        if (session.firstOrNull(row -> row.getLong(1), "SELECT id FROM node WHERE id = ? LIMIT 1",
                file) != null) {
            return;
        }
        List<BlockRow> blocks = session.list(Rows::block,
                "SELECT " + Rows.BLOCK + " FROM block WHERE file = ?", file);
        for (BlockRow block : blocks) {
            if (!touched.contains(new BlockKey(file, block.index()))) {
                keep(block);
            }
        }
        session.update("DELETE FROM block WHERE file = ?", file);
    }
}
