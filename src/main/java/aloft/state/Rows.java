package aloft.state;

import aloft.format.BlockRow;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/** Rows of the format to and from rows of the tables. */
final class Rows {

    static final String NODE = "parent, name, id, type, size, mtime, mode, root_key, block_bits, version, rest";
    static final String BLOCK = "file, number, object_high, object_low, at, length, root_key, header, rest";
    static final String UNTIL = ", until_seq, until_time";

    static final String INSERT_NODE = "INSERT INTO node (" + NODE + ") VALUES (?,?,?,?,?,?,?,?,?,?,?)";
    static final String INSERT_BLOCK = "INSERT INTO block (" + BLOCK + ") VALUES (?,?,?,?,?,?,?,?,?)";
    static final String INSERT_OLD_NODE = "INSERT INTO old_node (" + NODE + UNTIL
            + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)";
    static final String INSERT_OLD_BLOCK = "INSERT INTO old_block (" + BLOCK + UNTIL
            + ") VALUES (?,?,?,?,?,?,?,?,?,?,?)";

    private static final int NODE_COLUMNS = 11;
    private static final int BLOCK_COLUMNS = 9;
    private static final NodeType[] TYPES = {NodeType.FILE, NodeType.FOLDER, NodeType.LINK};

    private Rows() {}

    /** Fills the first 11 parameters. */
    static PreparedStatement fill(PreparedStatement statement, NodeRow row) throws SQLException {
        statement.setLong(1, row.parent());
        statement.setBytes(2, row.name().bytes());
        statement.setLong(3, row.id());
        statement.setByte(4, number(row.type()));
        statement.setLong(5, row.size());
        statement.setLong(6, row.mtime());
        statement.setInt(7, row.mode());
        statement.setInt(8, row.rootKey());
        statement.setByte(9, (byte) row.blockBits());
        statement.setLong(10, row.version());
        statement.setBytes(11, new Rest(row.target(), row.xattrs(), row.unknown()).bytesOrNull());
        return statement;
    }

    static PreparedStatement fill(PreparedStatement statement, NodeRow row, long until, long untilTime)
            throws SQLException {
        fill(statement, row);
        statement.setLong(NODE_COLUMNS + 1, until);
        statement.setLong(NODE_COLUMNS + 2, untilTime);
        return statement;
    }

    /** Fills the first 9 parameters. */
    static PreparedStatement fill(PreparedStatement statement, BlockRow row) throws SQLException {
        statement.setLong(1, row.file());
        statement.setLong(2, row.index());
        statement.setLong(3, row.object().high());
        statement.setLong(4, row.object().low());
        statement.setInt(5, row.offset());
        statement.setInt(6, row.length());
        statement.setInt(7, row.rootKey());
        statement.setBytes(8, row.header());
        statement.setBytes(9, new Rest(null, Map.of(), row.unknown()).bytesOrNull());
        return statement;
    }

    static PreparedStatement fill(PreparedStatement statement, BlockRow row, long until, long untilTime)
            throws SQLException {
        fill(statement, row);
        statement.setLong(BLOCK_COLUMNS + 1, until);
        statement.setLong(BLOCK_COLUMNS + 2, untilTime);
        return statement;
    }

    static NodeRow node(ResultSet row) throws SQLException {
        Rest rest = Rest.of(row.getBytes(11));
        try {
            return new NodeRow(row.getLong(1), Name.ofBytes(row.getBytes(2)), row.getLong(3),
                    type(row.getByte(4)),
                    row.getLong(5), row.getLong(6), row.getInt(7), row.getInt(8), row.getByte(9),
                    rest.target(),
                    rest.xattrs(), row.getLong(10), rest.unknown());
        } catch (IllegalArgumentException e) {
            throw new SQLException("a row of the tree is damaged", e);
        }
    }

    static BlockRow block(ResultSet row) throws SQLException {
        try {
            return new BlockRow(row.getLong(1), row.getLong(2), new ObjectId(row.getLong(3), row.getLong(4)),
                    row.getInt(5), row.getInt(6), row.getInt(7), row.getBytes(8),
                    Rest.of(row.getBytes(9)).unknown());
        } catch (IllegalArgumentException e) {
            throw new SQLException("a row of a file's blocks is damaged", e);
        }
    }

    static OldNode oldNode(ResultSet row) throws SQLException {
        return new OldNode(node(row), row.getLong(NODE_COLUMNS + 1), row.getLong(NODE_COLUMNS + 2));
    }

    static OldBlock oldBlock(ResultSet row) throws SQLException {
        return new OldBlock(block(row), row.getLong(BLOCK_COLUMNS + 1), row.getLong(BLOCK_COLUMNS + 2));
    }

    static byte number(NodeType type) {
        return switch (type) {
            case FILE -> 0;
            case FOLDER -> 1;
            case LINK -> 2;
        };
    }

    private static NodeType type(int number) {
        if (number < 0 || number >= TYPES.length) {
            throw new IllegalArgumentException("no type of a node");
        }
        return TYPES[number];
    }
}
