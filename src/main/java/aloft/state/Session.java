package aloft.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection with its prepared statements. Not thread safe. */
final class Session implements AutoCloseable {

    /** Takes a row. */
    @FunctionalInterface
    interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    /** Makes a value of a row. */
    @FunctionalInterface
    interface RowMaker<T> {
        T make(ResultSet row) throws SQLException;
    }

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Session(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
    }

    /** Ready for its parameters; stays open for the next use. */
    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    int update(String sql, Object... parameters) throws SQLException {
        return fill(prepare(sql), parameters).executeUpdate();
    }

    void query(RowReader reader, String sql, Object... parameters) throws SQLException {
        try (ResultSet rows = fill(prepare(sql), parameters).executeQuery()) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }

    <T> List<T> list(RowMaker<T> maker, String sql, Object... parameters) throws SQLException {
        List<T> list = new ArrayList<>();
        query(row -> list.add(maker.make(row)), sql, parameters);
        return list;
    }

    /** The first row, null when there is none. */
    <T> @Nullable T firstOrNull(RowMaker<T> maker, String sql, Object... parameters) throws SQLException {
        try (ResultSet rows = fill(prepare(sql), parameters).executeQuery()) {
            return rows.next() ? maker.make(rows) : null;
        }
    }

    void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    /** Whether H2 has not closed the database. */
    boolean isOpen() {
        try (var statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private static PreparedStatement fill(PreparedStatement statement, Object... parameters)
            throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            switch (parameters[i]) {
                case Long number -> statement.setLong(i + 1, number);
                case Integer number -> statement.setInt(i + 1, number);
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                case Object other -> statement.setString(i + 1, other.toString());
            }
        }
        return statement;
    }
}
