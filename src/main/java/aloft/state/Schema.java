package aloft.state;

import aloft.failure.Failure;
import java.sql.SQLException;
import java.util.List;

/** The tables, and how each older version of them becomes the next. */
final class Schema {

    private static final String NODE_COLUMNS = """
            parent BIGINT NOT NULL, name VARBINARY(255) NOT NULL, id BIGINT NOT NULL, type TINYINT NOT NULL,
            size BIGINT NOT NULL, mtime BIGINT NOT NULL, mode INT NOT NULL, root_key INT NOT NULL,
            block_bits TINYINT NOT NULL, version BIGINT NOT NULL, rest VARBINARY""";

    private static final String BLOCK_COLUMNS = """
            file BIGINT NOT NULL, number BIGINT NOT NULL, object_high BIGINT NOT NULL, object_low BIGINT NOT NULL,
            at INT NOT NULL, length INT NOT NULL, root_key INT NOT NULL, header VARBINARY(40), rest VARBINARY""";

    private static final String UNTIL = "until_seq BIGINT NOT NULL, until_time BIGINT NOT NULL";

    /** The statements of entry n lead from version n to version n + 1; a released entry never changes. */
    static final List<List<String>> STEPS = List.of(List.of(
            "CREATE TABLE IF NOT EXISTS node (" + NODE_COLUMNS + ", PRIMARY KEY (parent, name))",
            "CREATE TABLE IF NOT EXISTS block (" + BLOCK_COLUMNS + ", PRIMARY KEY (file, number))",
            "CREATE TABLE IF NOT EXISTS old_node (" + NODE_COLUMNS + ", " + UNTIL
                    + ", PRIMARY KEY (parent, name, until_seq))",
            "CREATE TABLE IF NOT EXISTS old_block (" + BLOCK_COLUMNS + ", " + UNTIL
                    + ", PRIMARY KEY (file, number, until_seq))",
            "CREATE TABLE IF NOT EXISTS log (seq BIGINT PRIMARY KEY, hash VARBINARY(32) NOT NULL, time BIGINT NOT NULL,"
                    + " device INT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS device (id INT PRIMARY KEY, name VARCHAR NOT NULL)",
            "CREATE TABLE IF NOT EXISTS setting (name VARCHAR(200) PRIMARY KEY, content VARBINARY NOT NULL)"));

    /** Made last where many rows come in at once. */
    static final List<String> INDEXES = List.of(
            "CREATE INDEX IF NOT EXISTS node_by_id ON node (id)",
            "CREATE INDEX IF NOT EXISTS block_by_object ON block (object_high, object_low)",
            "CREATE INDEX IF NOT EXISTS old_node_by_id ON old_node (id, size)",
            "CREATE INDEX IF NOT EXISTS old_node_by_time ON old_node (until_time)",
            "CREATE INDEX IF NOT EXISTS old_block_by_object ON old_block (object_high, object_low)",
            "CREATE INDEX IF NOT EXISTS old_block_by_time ON old_block (until_time)");

    private Schema() {}

    /** Brings the tables to the newest version, one transaction of H2 a statement: the version is written last. */
    static void upgrade(Session session, List<List<String>> steps) throws SQLException, Failure {
        session.execute("CREATE TABLE IF NOT EXISTS schema_version (version INT NOT NULL)");
        Integer found = session.firstOrNull(row -> row.getInt(1), "SELECT version FROM schema_version");
        int version = found == null ? 0 : found;
        if (version > steps.size()) {
            throw new Failure.TooNew("The local database was written by a newer Aloft. Use that one.");
        }
        for (int step = version; step < steps.size(); step++) {
            for (String statement : steps.get(step)) {
                session.execute(statement);
            }
            session.execute("DELETE FROM schema_version");
            session.execute("INSERT INTO schema_version VALUES (" + (step + 1) + ")");
            session.commit();
        }
    }

    static void index(Session session) throws SQLException {
        for (String statement : INDEXES) {
            session.execute(statement);
        }
    }
}
